package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.MatrixShape;
import org.tornadomla.weights.MatrixUse;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.weights.WeightFormats;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The weights of one attention layer in the kernels' layouts (see {@link Packing}); those that the layer does not have
 * are a vector of zeros that no kernel reads.
 *
 * @param qA      query down-projection, packed columns
 * @param qABias  its bias
 * @param qANorm  weight of the compressed query's norm
 * @param q       query up-projection (or the whole projection), packed columns
 * @param kvA     down-projection of latent and rotary key, packed columns
 * @param kvABias its bias
 * @param kvANorm weight of the latent's norm
 * @param uk      W_UK for the absorbed query, a matrix a head
 * @param uv      W_UV for the attended latent, a matrix a head
 * @param kvB     W_UK and W_UV for the expansion, packed columns
 * @param kvBBias a vector of zeros: the expansion has no bias
 * @param o       output projection, packed columns
 * @param oBias   its bias
 */
public record AttentionWeights(PackedMatrix qA, VectorFloat16 qABias, VectorFloat16 qANorm, PackedMatrix q,
        PackedMatrix kvA, VectorFloat16 kvABias, VectorFloat16 kvANorm, PackedMatrix uk, PackedMatrix uv,
        PackedMatrix kvB, VectorFloat16 kvBBias, PackedMatrix o, VectorFloat16 oBias) {

    /** Bytes of a weight that a layer does not have. */
    private static final long NONE_BYTES = Padding.LANES * Float.BYTES;

    /**
     * Packs a layer's weights.
     *
     * @param expanded whether the plan attends expanded too, and so needs the expansion's weights
     * @param format   number format of the matrices that are multiplied with
     * @throws org.tornadomla.error.ShapeException when a weight does not fit the configuration
     */
    public static AttentionWeights pack(AttentionShape shape, MlaWeights weights, boolean expanded,
            NumberFormat format) {
        return pack(shape, weights, expanded, new MatrixPacker(format));
    }

    /**
     * Packs a layer's weights.
     *
     * @param packer packs the weights of matrix products; all others stay in 32-bit numbers
     */
    public static AttentionWeights pack(AttentionShape shape, MlaWeights weights, boolean expanded,
            MatrixPacker packer) {
        MlaConfig c = shape.config();
        weights.check(c);
        Matrix query = c.qLoraRank() > 0 ? weights.qB() : weights.qProj();
        return new AttentionWeights(
                c.qLoraRank() > 0
                        ? packer.columns("query down-projection", weights.qA(), c.qLoraRank(), i -> i)
                        : absent(),
                bias(weights.qABias(), shape.compressedColumns(), i -> i < c.qLoraRank() ? i : -1),
                bias(weights.qANorm(), shape.compressedColumns(), i -> i < c.qLoraRank() ? i : -1),
                packer.columns("query projection", query, shape.queryColumns(), column -> queryRow(shape, column)),
                packer.columns("latent projection", weights.kvA(), shape.latentColumns(),
                        column -> latentRow(shape, column)),
                bias(weights.kvABias(), shape.latentColumns(), column -> latentRow(shape, column)),
                bias(weights.kvANorm(), shape.latentVectors() * Padding.LANES, i -> i < c.kvLoraRank() ? i : -1),
                keys(shape, weights.kvB(), packer), values(shape, weights.kvB(), packer),
                expanded
                        ? packer.columns("expansion", weights.kvB(), shape.expandedColumns(),
                                column -> expandedRow(shape, column))
                        : absent(),
                none(), packer.columns("output projection", weights.o(), c.hiddenSize(), i -> i),
                bias(weights.oBias(), shape.hiddenColumns(), i -> i < c.hiddenSize() ? i : -1));
    }

    /** Bytes of what {@link #pack} makes for a configuration. */
    static long bytes(AttentionShape shape, NumberFormat format, boolean expanded) {
        MlaConfig c = shape.config();
        boolean compressed = c.qLoraRank() > 0;
        int latent = shape.latentVectors() * Padding.LANES;
        long products = format.bytes(1, shape.queryColumns(), compressed ? c.qLoraRank() : c.hiddenSize())
                + format.bytes(1, shape.latentColumns(), c.hiddenSize())
                + format.bytes(1, c.hiddenSize(), c.numHeads() * c.vHeadDim())
                + (compressed ? format.bytes(1, c.qLoraRank(), c.hiddenSize()) : NONE_BYTES)
                + (expanded ? format.bytes(1, shape.expandedColumns(), c.kvLoraRank()) : NONE_BYTES);
        long absorbed = format.bytes(keys(shape)) + format.bytes(values(shape));
        long biases = NONE_BYTES + (!c.attentionBias()
                ? 3 * NONE_BYTES
                : (compressed ? floatBytes(shape.compressedColumns()) : NONE_BYTES) + floatBytes(shape.latentColumns())
                        + floatBytes(shape.hiddenColumns()));
        return products + absorbed + biases + (c.queryNorm() ? floatBytes(shape.compressedColumns()) : NONE_BYTES)
                + (c.latentNorm() ? floatBytes(latent) : NONE_BYTES);
    }

    private static long floatBytes(int floats) {
        return (long) Padding.toVectors(floats) * Float.BYTES;
    }

    private static PackedMatrix absent() {
        return WeightFormats.F32.allocate("no weight", new MatrixShape(MatrixUse.VALUE_UP, 1, 1, Padding.LANES));
    }

    private static VectorFloat16 none() {
        return new VectorFloat16(1);
    }

    private static VectorFloat16 bias(float[] values, int places, java.util.function.IntUnaryOperator source) {
        return values == null ? none() : Packing.vector(values, places, source);
    }

    /** Row of q_proj or q_b_proj for a column of the padded query, [head: nope, padding, rope, padding]. */
    private static int queryRow(AttentionShape shape, int column) {
        MlaConfig c = shape.config();
        int width = shape.headVectors() * Padding.LANES;
        int head = column / width;
        int place = column % width;
        int ropeAt = shape.nopeVectors() * Padding.LANES;
        if (head >= c.numHeads()) {
            return -1;
        }
        if (place < c.qkNopeHeadDim()) {
            return head * c.qkHeadDim() + place;
        }
        boolean rope = place >= ropeAt && place < ropeAt + c.qkRopeHeadDim();
        return rope ? head * c.qkHeadDim() + c.qkNopeHeadDim() + place - ropeAt : -1;
    }

    /** Row of kv_a_proj_with_mqa for a column of the padded pool row, [latent, padding, rope, padding]. */
    private static int latentRow(AttentionShape shape, int column) {
        MlaConfig c = shape.config();
        int ropeAt = shape.latentVectors() * Padding.LANES;
        if (column < c.kvLoraRank()) {
            return column;
        }
        return column >= ropeAt && column < ropeAt + c.qkRopeHeadDim() ? c.kvLoraRank() + column - ropeAt : -1;
    }

    private static int keyRow(MlaConfig c, int head, int place) {
        return head * (c.qkNopeHeadDim() + c.vHeadDim()) + place;
    }

    private static int valueRow(MlaConfig c, int head, int place) {
        return keyRow(c, head, c.qkNopeHeadDim() + place);
    }

    /**
     * Row of kv_b_proj for a column of the expansion: keys of all heads, each padded, then values of all heads, each
     * padded.
     */
    private static int expandedRow(AttentionShape shape, int column) {
        MlaConfig c = shape.config();
        int keyWidth = shape.nopeVectors() * Padding.LANES;
        int valueWidth = shape.valueVectors() * Padding.LANES;
        int values = column - c.numHeads() * keyWidth;
        if (values < 0) {
            return column % keyWidth < c.qkNopeHeadDim() ? keyRow(c, column / keyWidth, column % keyWidth) : -1;
        }
        boolean real = values / valueWidth < c.numHeads() && values % valueWidth < c.vHeadDim();
        return real ? valueRow(c, values / valueWidth, values % valueWidth) : -1;
    }

    /**
     * W_UK: for each head the latent columns as outputs, q_nope as inputs. Rounded as the rows of kv_b_proj are for the
     * expansion, so that both ways of attending have the same weights.
     */
    private static PackedMatrix keys(AttentionShape shape, Matrix kvB, MatrixPacker packer) {
        MlaConfig c = shape.config();
        PackedMatrix packed = packer.allocate("absorbed keys", keys(shape));
        float[] row = new float[c.kvLoraRank()];
        for (int head = 0; head < c.numHeads(); head++) {
            for (int place = 0; place < c.qkNopeHeadDim(); place++) {
                kvB.read(keyRow(c, head, place), row);
                packed.putInput(head, place, row);
            }
        }
        return packed;
    }

    private static MatrixShape keys(AttentionShape shape) {
        MlaConfig c = shape.config();
        return new MatrixShape(MatrixUse.ABSORBED_QUERY, c.numHeads(), c.kvLoraRank(),
                shape.nopeVectors() * Padding.LANES);
    }

    /** W_UV: for each head its value as outputs, the latent as inputs. */
    private static PackedMatrix values(AttentionShape shape, Matrix kvB, MatrixPacker packer) {
        MlaConfig c = shape.config();
        PackedMatrix packed = packer.allocate("absorbed values", values(shape));
        for (int head = 0; head < c.numHeads(); head++) {
            int valueHead = head;
            packed.put(head, kvB, place -> valueRow(c, valueHead, place));
        }
        return packed;
    }

    private static MatrixShape values(AttentionShape shape) {
        MlaConfig c = shape.config();
        return new MatrixShape(MatrixUse.VALUE_UP, c.numHeads(), c.vHeadDim(), shape.latentVectors() * Padding.LANES);
    }

    /** Registers the arrays under names with a prefix. */
    public void register(Buffers buffers, String prefix) {
        qA.register(buffers, prefix + "w_q_a");
        buffers.add(prefix + "b_q_a", Role.WEIGHT, qABias);
        buffers.add(prefix + "n_q_a", Role.WEIGHT, qANorm);
        q.register(buffers, prefix + "w_q");
        kvA.register(buffers, prefix + "w_kv_a");
        buffers.add(prefix + "b_kv_a", Role.WEIGHT, kvABias);
        buffers.add(prefix + "n_kv_a", Role.WEIGHT, kvANorm);
        uk.register(buffers, prefix + "w_uk");
        uv.register(buffers, prefix + "w_uv");
        kvB.register(buffers, prefix + "w_kv_b");
        buffers.add(prefix + "b_kv_b", Role.WEIGHT, kvBBias);
        o.register(buffers, prefix + "w_o");
        buffers.add(prefix + "b_o", Role.WEIGHT, oBias);
    }
}
