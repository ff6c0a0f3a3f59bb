package org.tornadomla.layers;

import java.util.List;
import java.util.stream.IntStream;

import org.tornadomla.checkpoint.WeightSource;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.WeightFormats;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The weights of a layer's feed-forward in the kernels' layouts. */
public sealed interface FeedForwardWeights {

    /** Registers the arrays under names with a prefix. */
    void register(Buffers buffers, String prefix);

    /**
     * A dense feed-forward.
     *
     * @param gateUp gate and up projection together, packed columns
     * @param down   down projection, packed columns
     */
    record Dense(PackedMatrix gateUp, PackedMatrix down) implements FeedForwardWeights {

        @Override
        public void register(Buffers buffers, String prefix) {
            gateUp.register(buffers, prefix + "w_gate_up");
            down.register(buffers, prefix + "w_down");
        }
    }

    /**
     * A mixture of experts. The shared experts, stored as one of their widths together, are numbered behind the routed
     * ones: their gate works on each column alone, so the wide one is the sum of its slices.
     *
     * @param router router, packed columns of 32-bit numbers
     * @param bias   [n_routed_experts] floats: selection bias, zeros where the method has none
     * @param parts  the experts in their order, as many to a part as fit one buffer
     */
    record Experts(PackedMatrix router, FloatArray bias, List<ExpertPart> parts) implements FeedForwardWeights {

        @Override
        public void register(Buffers buffers, String prefix) {
            router.register(buffers, prefix + "w_router");
            buffers.add(prefix + "b_router", Role.WEIGHT, bias);
            for (int part = 0; part < parts.size(); part++) {
                parts.get(part).gateUp.register(buffers, prefix + numbered("w_experts_gate_up", part));
                parts.get(part).down.register(buffers, prefix + numbered("w_experts_down", part));
            }
        }
    }

    /**
     * Experts whose weights share buffers.
     *
     * @param first   number of the first
     * @param experts how many
     * @param gateUp  [experts] of gate and up projection together, packed columns
     * @param down    [experts] of down projection, packed columns
     */
    record ExpertPart(int first, int experts, PackedMatrix gateUp, PackedMatrix down) {

        /**
         * Room for experts in as few parts as possible, of even sizes.
         *
         * @param all number of experts
         * @throws ShapeException when one expert does not fit one buffer
         */
        static List<ExpertPart> allocate(FeedForwardShape shape, MatrixPacker packer, int all) {
            int parts = Math.ceilDiv(all, Math.clamp(shape.most(packer), 1, all));
            return IntStream.range(0, parts).mapToObj(part -> {
                int first = (int) ((long) part * all / parts);
                int experts = (int) ((part + 1L) * all / parts) - first;
                return new ExpertPart(first, experts, shape.gateUp(packer, experts), shape.down(packer, experts));
            }).toList();
        }
    }

    /** The name of a part's step or buffer; the first has none, since most layers have one. */
    static String numbered(String name, int part) {
        return part == 0 ? name : name + "_" + part;
    }

    /**
     * Packs the feed-forward of a layer.
     *
     * @param prefix of the checkpoint names, as {@code "model.layers.0.mlp."}
     * @param packer packs the weights of matrix products; the router's stay in 32-bit numbers, since a rounding could
     *                   choose another expert
     * @throws ShapeException when a dense projection, or those of one expert, do not fit one buffer
     */
    static FeedForwardWeights pack(ModelConfig model, int layer, WeightSource source, String prefix,
            MatrixPacker packer) {
        return model.isMoeLayer(layer)
                ? experts(model, model.experts().orElseThrow(), source, prefix, packer)
                : dense(new FeedForwardShape(model.hiddenSize(), model.intermediateSize()), source, prefix, packer);
    }

    /** Bytes of what {@link #pack} makes for a layer. */
    static long bytes(ModelConfig model, int layer, NumberFormat format) {
        if (!model.isMoeLayer(layer)) {
            return new FeedForwardShape(model.hiddenSize(), model.intermediateSize()).bytes(format, 1);
        }
        MoeConfig config = model.experts().orElseThrow();
        int routed = config.nRoutedExperts();
        return FeedForwardShape.expert(model.hiddenSize(), config).bytes(format, routed + config.nSharedExperts())
                + WeightFormats.F32.bytes(1, routed, model.hiddenSize()) + (long) routed * Float.BYTES;
    }

    private static FeedForwardWeights dense(FeedForwardShape shape, WeightSource source, String prefix,
            MatrixPacker packer) {
        PackedMatrix gateUp = shape.gateUp(packer, 1);
        PackedMatrix down = shape.down(packer, 1);
        packOne(shape, Projections.of(source, prefix), 0, gateUp, down);
        return new Dense(gateUp, down);
    }

    private static FeedForwardWeights experts(ModelConfig model, MoeConfig config, WeightSource source, String prefix,
            MatrixPacker packer) {
        FeedForwardShape shape = FeedForwardShape.expert(model.hiddenSize(), config);
        int routed = config.nRoutedExperts();
        List<ExpertPart> parts = ExpertPart.allocate(shape, packer, routed + config.nSharedExperts());
        for (ExpertPart part : parts) {
            for (int place = 0; place < part.experts(); place++) {
                int expert = part.first() + place;
                Projections weights = expert < routed
                        ? Projections.of(source, prefix + "experts." + expert + ".")
                        : Projections.of(source, prefix + "shared_experts.")
                                .slice((expert - routed) * shape.intermediate(), shape.intermediate());
                packOne(shape, weights, place, part.gateUp(), part.down());
            }
        }
        FloatArray bias = new FloatArray(routed);
        if (config.hasSelectionBias()) {
            float[] values = source.read(prefix + "gate.e_score_correction_bias");
            for (int expert = 0; expert < routed; expert++) {
                bias.set(expert, values[expert]);
            }
        }
        Matrix router = source.matrix(prefix + "gate.weight");
        return new Experts(new MatrixPacker(WeightFormats.F32).columns("router", router, routed, i -> i), bias, parts);
    }

    private static void packOne(FeedForwardShape shape, Projections weights, int place, PackedMatrix gateUp,
            PackedMatrix down) {
        gateUp.put(place, Matrices.stacked(weights.gate, weights.up), shape::gateUpRow);
        down.put(place, weights.down, i -> i);
    }

    /** The three projections as published. */
    record Projections(Matrix gate, Matrix up, Matrix down) {

        static Projections of(WeightSource source, String prefix) {
            return new Projections(source.matrix(prefix + "gate_proj.weight"), source.matrix(prefix + "up_proj.weight"),
                    source.matrix(prefix + "down_proj.weight"));
        }

        /** Some columns of what lies in between. */
        Projections slice(int from, int count) {
            return new Projections(Matrices.part(gate, from, count, 0, gate.columns()),
                    Matrices.part(up, from, count, 0, up.columns()), Matrices.part(down, 0, down.rows(), from, count));
        }
    }
}
