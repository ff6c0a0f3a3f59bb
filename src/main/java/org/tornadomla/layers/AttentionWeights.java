package org.tornadomla.layers;

import java.util.Set;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.QueryGrowth;
import org.tornadomla.config.Weight;
import org.tornadomla.graph.Buffers;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.MatrixShape;
import org.tornadomla.weights.MatrixUse;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.WeightFormats;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The weights of one attention layer in the kernels' layouts (see {@link Packing}); those that the layer does not have
 * are a vector of zeros that no kernel reads.
 *
 * @param arrays by the names of their buffers
 */
public record AttentionWeights(WeightSet arrays) implements PackedAttention {

    private static final String Q_A = "w_q_a";
    private static final String Q_A_BIAS = "b_q_a";
    private static final String Q_A_NORM = "n_q_a";
    private static final String Q = "w_q";
    private static final String KV_A = "w_kv_a";
    private static final String KV_A_BIAS = "b_kv_a";
    private static final String KV_A_NORM = "n_kv_a";
    private static final String UK = "w_uk";
    private static final String UV = "w_uv";
    private static final String KV_B = "w_kv_b";
    private static final String KV_B_BIAS = "b_kv_b";
    private static final String GROWTH = "q_growth";
    private static final String O = "w_o";
    private static final String O_BIAS = "b_o";

    static final String Q_A_WEIGHT = "q_a_proj.weight";
    static final String KV_A_WEIGHT = "kv_a_proj_with_mqa.weight";
    static final String KV_B_WEIGHT = "kv_b_proj.weight";
    static final String O_WEIGHT = "o_proj.weight";

    /** Bytes of a weight that a layer does not have. */
    private static final long NONE_BYTES = Padding.LANES * Float.BYTES;

    /**
     * Packs a layer's weights.
     *
     * @param ways    the ways of attending that the plan has
     * @param formats number formats of the matrices that are multiplied with
     * @throws org.tornadomla.error.ShapeException      when a weight does not fit the configuration
     * @throws org.tornadomla.error.CheckpointException naming a weight that holds a NaN or an infinity
     */
    public static AttentionWeights pack(AttentionShape shape, MlaWeights weights, Set<Attending> ways,
            FormatChoice formats) {
        return pack(shape, weights.checked(), ways, new MatrixPacker(formats));
    }

    /**
     * Packs a layer's weights.
     *
     * @param packer packs the weights of matrix products; all others stay in 32-bit numbers
     */
    public static AttentionWeights pack(AttentionShape shape, MlaWeights weights, Set<Attending> ways,
            MatrixPacker packer) {
        MlaConfig c = shape.config();
        weights.check(c);
        Matrix query = c.qLoraRank() > 0 ? weights.qB() : weights.qProj();
        WeightSet arrays = new WeightSet();
        arrays.add(Q_A,
                c.qLoraRank() > 0
                        ? packer.of(Q_A_WEIGHT).columns("query down-projection", weights.qA(), c.qLoraRank(), i -> i)
                        : absent());
        arrays.add(Q_A_BIAS, bias(weights.qABias(), shape.compressedColumns(), i -> i < c.qLoraRank() ? i : -1));
        arrays.add(Q_A_NORM, bias(scaled(weights.qANorm(), c.queryScale()), shape.compressedColumns(),
                i -> i < c.qLoraRank() ? i : -1));
        arrays.add(Q, packer.of(queryWeight(c)).columns("query projection", query, shape.queryColumns(),
                column -> queryRow(shape, column)));
        arrays.add(KV_A, packer.of(KV_A_WEIGHT).columns("latent projection", weights.kvA(), shape.latentColumns(),
                column -> latentRow(shape, column)));
        arrays.add(KV_A_BIAS, bias(weights.kvABias(), shape.latentColumns(), column -> latentRow(shape, column)));
        arrays.add(KV_A_NORM, bias(scaled(weights.kvANorm(), c.latentScale()), shape.latentVectors() * Padding.LANES,
                i -> i < c.kvLoraRank() ? i : -1));
        c.queryGrowth().ifPresent(growth -> arrays.add(GROWTH, growth(growth)));
        addUp(arrays, shape, weights.kvB(), ways, packer);
        arrays.add(O, packer.of(O_WEIGHT).columns("output projection", weights.o(), c.hiddenSize(), i -> i));
        arrays.add(O_BIAS, bias(weights.oBias(), shape.hiddenColumns(), i -> i < c.hiddenSize() ? i : -1));
        return new AttentionWeights(arrays);
    }

    private static void addUp(WeightSet arrays, AttentionShape shape, Matrix kvB, Set<Attending> ways,
            MatrixPacker packer) {
        arrays.add(UK, keys(shape, kvB, packer.apart().of(KV_B_WEIGHT)));
        arrays.add(UV, values(shape, kvB, packer.apart().of(KV_B_WEIGHT)));
        arrays.add(KV_B,
                ways.contains(Attending.EXPANDED)
                        ? packer.apart().of(KV_B_WEIGHT).columns("expansion", kvB, shape.expandedColumns(),
                                column -> expandedRow(shape, column))
                        : absent());
        arrays.add(KV_B_BIAS, none());
    }

    /** Bytes of what {@link #pack} makes for a configuration. */
    static long bytes(AttentionShape shape, FormatChoice formats, Set<Attending> ways) {
        MlaConfig c = shape.config();
        boolean compressed = c.qLoraRank() > 0;
        int latent = shape.latentVectors() * Padding.LANES;
        NumberFormat up = formats.apart().of(KV_B_WEIGHT);
        long products = formats.of(queryWeight(c)).bytes(1, shape.queryColumns(),
                compressed ? c.qLoraRank() : c.hiddenSize())
                + formats.of(KV_A_WEIGHT).bytes(1, shape.latentColumns(), c.hiddenSize())
                + formats.of(O_WEIGHT).bytes(1, c.hiddenSize(), c.numHeads() * c.vHeadDim())
                + (compressed ? formats.of(Q_A_WEIGHT).bytes(1, c.qLoraRank(), c.hiddenSize()) : NONE_BYTES)
                + (ways.contains(Attending.EXPANDED)
                        ? up.bytes(1, shape.expandedColumns(), c.kvLoraRank())
                        : NONE_BYTES);
        long absorbed = up.bytes(keys(shape)) + up.bytes(values(shape));
        long biases = NONE_BYTES + (!c.attentionBias()
                ? 3 * NONE_BYTES
                : (compressed ? floatBytes(shape.compressedColumns()) : NONE_BYTES) + floatBytes(shape.latentColumns())
                        + floatBytes(shape.hiddenColumns()));
        long growth = c.queryGrowth().map(g -> (long) g.spans() * Float.BYTES).orElse(0L);
        return products + absorbed + biases + growth
                + (c.queryNorm() ? floatBytes(shape.compressedColumns()) : NONE_BYTES)
                + (c.latentNorm() ? floatBytes(latent) : NONE_BYTES);
    }

    static String queryWeight(MlaConfig c) {
        return c.qLoraRank() > 0 ? "q_b_proj.weight" : "q_proj.weight";
    }

    private static FloatArray growth(QueryGrowth growth) {
        FloatArray factors = new FloatArray(growth.spans());
        for (int i = 0; i < growth.spans(); i++) {
            factors.set(i, (float) growth.factor(Math.multiplyExact(i, growth.span())));
        }
        return factors;
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

    /** A factor behind a norm is one on its weight. */
    static float[] scaled(float[] norm, double factor) {
        if (norm == null || factor == 1) {
            return norm;
        }
        float[] scaled = new float[norm.length];
        for (int i = 0; i < norm.length; i++) {
            scaled[i] = (float) (norm[i] * factor);
        }
        return scaled;
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
        packed.putInputs(kvB, c.qkNopeHeadDim(), (head, place) -> keyRow(c, head, place));
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

    /** Query down-projection, packed columns. */
    PackedMatrix qA() {
        return arrays.matrix(Q_A);
    }

    /** Bias of the query down-projection. */
    VectorFloat16 qABias() {
        return arrays.vector(Q_A_BIAS);
    }

    /** Weight of the compressed query's norm. */
    VectorFloat16 qANorm() {
        return arrays.vector(Q_A_NORM);
    }

    /** Query up-projection, or the whole projection, packed columns. */
    PackedMatrix q() {
        return arrays.matrix(Q);
    }

    /** Down-projection of latent and rotary key, packed columns. */
    PackedMatrix kvA() {
        return arrays.matrix(KV_A);
    }

    /** Bias of the down-projection of latent and rotary key. */
    VectorFloat16 kvABias() {
        return arrays.vector(KV_A_BIAS);
    }

    /** Weight of the latent's norm. */
    VectorFloat16 kvANorm() {
        return arrays.vector(KV_A_NORM);
    }

    /** W_UK for the absorbed query, a matrix a head. */
    PackedMatrix uk() {
        return arrays.matrix(UK);
    }

    /** W_UV for the attended latent, a matrix a head. */
    PackedMatrix uv() {
        return arrays.matrix(UV);
    }

    /** W_UK and W_UV for the expansion, packed columns. */
    PackedMatrix kvB() {
        return arrays.matrix(KV_B);
    }

    /** A vector of zeros: the expansion has no bias. */
    VectorFloat16 kvBBias() {
        return arrays.vector(KV_B_BIAS);
    }

    /** Factors on queries by spans of positions, where the layer has them. */
    FloatArray growth() {
        return arrays.floats(GROWTH);
    }

    /** Output projection, packed columns. */
    PackedMatrix o() {
        return arrays.matrix(O);
    }

    /** Bias of the output projection. */
    VectorFloat16 oBias() {
        return arrays.vector(O_BIAS);
    }

    @Override
    public void register(Buffers buffers, String prefix) {
        arrays.register(buffers, prefix);
    }
}
