package org.tornadomla.graph;

import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.checkpoint.CheckpointWeights;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.WeightType;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** The weights of a layer's feed-forward in the kernels' layouts. */
sealed interface FeedForwardWeights {

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
     * A mixture of experts. The shared experts, stored as one of their widths together, are numbered behind the routed ones: their gate
     * works on each column alone, so the wide one is the sum of its slices.
     *
     * @param router router, packed columns
     * @param bias   [n_routed_experts] floats: selection bias, zeros where the method has none
     * @param gateUp [experts] of gate and up projection together, packed columns
     * @param down   [experts] of down projection, packed columns
     */
    record Experts(VectorFloat16 router, FloatArray bias, PackedMatrix gateUp, PackedMatrix down) implements FeedForwardWeights {

        @Override
        public void register(Buffers buffers, String prefix) {
            buffers.add(prefix + "w_router", Role.WEIGHT, router);
            buffers.add(prefix + "b_router", Role.WEIGHT, bias);
            gateUp.register(buffers, prefix + "w_experts_gate_up");
            down.register(buffers, prefix + "w_experts_down");
        }
    }

    /**
     * Packs the feed-forward of a layer.
     *
     * @param prefix of the checkpoint names, as {@code "model.layers.0.mlp."}
     * @param packer packs the weights of matrix products; the router's stay in 32-bit numbers, since a rounding could choose another expert
     * @throws org.tornadomla.config.ShapeException when the experts of a layer do not fit one array
     */
    static FeedForwardWeights pack(ModelConfig model, int layer, Checkpoint checkpoint, String prefix, MatrixPacker packer) {
        return model.isMoeLayer(layer) ? experts(model, model.experts().orElseThrow(), checkpoint, prefix, packer)
                : dense(new FeedForwardShape(model.hiddenSize(), model.intermediateSize()), checkpoint, prefix, packer);
    }

    /** Bytes of what {@link #pack} makes for a layer. */
    static long bytes(ModelConfig model, int layer, WeightType type) {
        if (!model.isMoeLayer(layer)) {
            return new FeedForwardShape(model.hiddenSize(), model.intermediateSize()).bytes(type, 1);
        }
        MoeConfig config = model.experts().orElseThrow();
        int routed = config.nRoutedExperts();
        return FeedForwardShape.expert(model.hiddenSize(), config).bytes(type, routed + config.nSharedExperts())
                + MatrixPacker.bytes(WeightType.F32, 1, routed, model.hiddenSize()) + (long) routed * Float.BYTES;
    }

    private static FeedForwardWeights dense(FeedForwardShape shape, Checkpoint checkpoint, String prefix, MatrixPacker packer) {
        PackedMatrix gateUp = shape.gateUp(packer, 1);
        PackedMatrix down = shape.down(packer, 1);
        packOne(shape, Projections.of(checkpoint, prefix), 0, gateUp, down);
        return new Dense(gateUp, down);
    }

    private static FeedForwardWeights experts(ModelConfig model, MoeConfig config, Checkpoint checkpoint, String prefix,
            MatrixPacker packer) {
        FeedForwardShape shape = FeedForwardShape.expert(model.hiddenSize(), config);
        int routed = config.nRoutedExperts();
        long all = (long) routed + config.nSharedExperts();
        PackedMatrix gateUp = shape.gateUp(packer, all);
        PackedMatrix down = shape.down(packer, all);
        for (int expert = 0; expert < routed; expert++) {
            packOne(shape, Projections.of(checkpoint, prefix + "experts." + expert + "."), expert, gateUp, down);
        }
        if (config.nSharedExperts() > 0) {
            Projections shared = Projections.of(checkpoint, prefix + "shared_experts.");
            for (int expert = 0; expert < config.nSharedExperts(); expert++) {
                packOne(shape, shared.slice(expert * shape.intermediate(), shape.intermediate()), routed + expert, gateUp, down);
            }
        }
        FloatArray bias = new FloatArray(routed);
        if (config.hasSelectionBias()) {
            float[] values = checkpoint.read(prefix + "gate.e_score_correction_bias");
            for (int expert = 0; expert < routed; expert++) {
                bias.set(expert, values[expert]);
            }
        }
        Matrix router = CheckpointWeights.matrix(checkpoint, prefix + "gate.weight");
        return new Experts(Packing.columns(router, routed, MatMul.BLOCK, i -> i), bias, gateUp, down);
    }

    private static void packOne(FeedForwardShape shape, Projections weights, int place, PackedMatrix gateUp, PackedMatrix down) {
        MatrixPacker.put(gateUp, place, Matrices.stacked(weights.gate, weights.up), shape.gateUpColumns(), shape::gateUpRow);
        MatrixPacker.put(down, place, weights.down, shape.hiddenSize(), i -> i);
    }

    /** The three projections as published. */
    record Projections(Matrix gate, Matrix up, Matrix down) {

        static Projections of(Checkpoint checkpoint, String prefix) {
            return new Projections(CheckpointWeights.matrix(checkpoint, prefix + "gate_proj.weight"),
                    CheckpointWeights.matrix(checkpoint, prefix + "up_proj.weight"),
                    CheckpointWeights.matrix(checkpoint, prefix + "down_proj.weight"));
        }

        /** Some columns of what lies in between. */
        Projections slice(int from, int count) {
            return new Projections(Matrices.part(gate, from, count, 0, gate.columns()),
                    Matrices.part(up, from, count, 0, up.columns()), Matrices.part(down, 0, down.rows(), from, count));
        }
    }
}
