package org.tornadomla.layers;

import java.nio.file.Path;
import java.util.Optional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.Grid;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.Rows;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.reference.FeedForward;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.SafetensorsWriter;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** A layer's feed-forward on every device against the reference, dense and mixed, over sizes that fit no block. */
class FeedForwardTest {

    /** Sums of at most 48 products in single precision, twice. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path directory;

    static Stream<Arguments> sizes() {
        List<int[]> shapes = List.of(
                // hidden, intermediate, experts, chosen, shared, without weights
                new int[]{1, 1, 1, 1, 0, 0}, new int[]{17, 19, 5, 2, 1, 0}, new int[]{33, 7, 7, 7, 2, 0},
                new int[]{48, 32, 16, 3, 0, 0}, new int[]{31, 40, 0, 0, 0, 0}, new int[]{64, 1, 0, 0, 0, 0},
                new int[]{17, 19, 3, 4, 0, 5}, new int[]{33, 5, 1, 1, 0, 1});
        return TestTargets.all().flatMap(target -> shapes.stream()
                .flatMap(shape -> IntStream.of(1, 2, 9, 37).mapToObj(tokens -> Arguments.of(target, shape, tokens))));
    }

    private static ModelConfig model(int[] shape) {
        MlaConfig attention = MlaConfig.builder().hiddenSize(shape[0]).numHeads(1).qLoraRank(0).kvLoraRank(8)
                .qkNopeHeadDim(8).qkRopeHeadDim(8).vHeadDim(8).build();
        Block feedForward = shape[2] == 0
                ? new DenseBlock(shape[0], shape[1])
                : new MixtureBlock(shape[0],
                        MoeConfig.builder().nRoutedExperts(shape[2]).numExpertsPerTok(shape[3]).nSharedExperts(shape[4])
                                .nZeroExperts(shape[5]).moeIntermediateSize(shape[1]).normTopkProb(true)
                                .routedScalingFactor(1.5).build());
        return ModelConfig.builder("deepseek_v2").vocabSize(10).maxPositionEmbeddings(64)
                .layers(1, index -> List.of(new AttentionBlock(attention), feedForward)).build();
    }

    @ParameterizedTest(name = "{0} {1} {2} tokens")
    @MethodSource("sizes")
    void agreesWithTheReference(Target target, int[] shape, int tokens) {
        ModelConfig model = model(shape);
        int hidden = model.hiddenSize();
        Map<String, float[]> weights = weights(shape);
        float[] x = Seeds.normal(1, tokens * hidden);
        float[] residual = Seeds.normal(2, tokens * hidden);
        double[] expected = model.experts().isPresent()
                ? FeedForward.mixture(Comparer.widen(x), tokens,
                        model.blocks(MixtureBlock.class).findFirst().orElseThrow(), weights::get)
                : FeedForward.dense(Comparer.widen(x), tokens, hidden, shape[1], weights::get);
        for (int i = 0; i < expected.length; i++) {
            expected[i] += residual[i];
        }
        Comparer.assertClose("feed-forward", run(target, model, tokens, x, residual), expected, TOLERANCE);
    }

    private Map<String, float[]> weights(int[] shape) {
        Map<String, float[]> weights = new HashMap<>();
        SafetensorsWriter writer = new SafetensorsWriter();
        if (shape[2] == 0) {
            projections(writer, weights, "", shape[0], shape[1]);
        } else {
            tensor(writer, weights, "gate.weight", shape[2] + shape[5], shape[0]);
            IntStream.range(0, shape[2])
                    .forEach(e -> projections(writer, weights, "experts." + e + ".", shape[0], shape[1]));
            if (shape[4] > 0) {
                projections(writer, weights, "shared_experts.", shape[0], shape[4] * shape[1]);
            }
        }
        writer.write(directory.resolve("model.safetensors"));
        return weights;
    }

    private static void projections(SafetensorsWriter writer, Map<String, float[]> weights, String prefix, int hidden,
            int intermediate) {
        tensor(writer, weights, prefix + "gate_proj.weight", intermediate, hidden);
        tensor(writer, weights, prefix + "up_proj.weight", intermediate, hidden);
        tensor(writer, weights, prefix + "down_proj.weight", hidden, intermediate);
    }

    private static void tensor(SafetensorsWriter writer, Map<String, float[]> weights, String name, int rows,
            int columns) {
        float[] values = Seeds.normal(name.hashCode(), rows * columns, 1 / Math.sqrt(columns));
        weights.put(name, values);
        writer.add(name, Dtype.F32, List.of((long) rows, (long) columns), values);
    }

    /** The decoder's own scratch, but for the tokens, which the test sends up. */
    private static DecoderBuffers scratch(ModelConfig model, Capacity capacity, Buffers buffers, VectorFloat16 rows,
            FloatArray normed) {
        DecoderBuffers all = DecoderBuffers.allocate(model, FewCores.LOOPS, capacity, new Buffers());
        buffers.add("x", Role.STATE, rows);
        buffers.add("x_normed", Role.INPUT, normed);
        all.scratch().register(buffers);
        buffers.add("none", Role.WEIGHT, all.none());
        return new DecoderBuffers(new Rows(rows, all.x().stride()), new Rows(normed, all.normed().stride()),
                all.scratch(), all.results(), Optional.empty(), all.none(), Optional.empty());
    }

    private static <B extends Block> PackedBlock pack(B block, NamedWeights source) {
        return BlockKinds.of(block).pack(block, source, FewCores.LOOPS, new MatrixPacker(WeightFormats.F32),
                Attending.ways(0));
    }

    private float[] run(Target target, ModelConfig model, int tokens, float[] x, float[] residual) {
        int hidden = model.hiddenSize();
        Capacity capacity = Capacity.builder().tokens(tokens + 3).pages(1, 1, 1).positions(1).build();
        StepBuffer step = new StepBuffer(capacity);
        step.array().set(StepLayout.TOKENS, tokens);
        step.array().set(StepLayout.ONE, 1);
        step.array().set(StepLayout.EXPERT_ROWS, tokens * DecoderBuffers.expertsPerToken(model));
        int stride = Padding.toMultiple(hidden, MatMul.BLOCK);
        VectorFloat16 rows = Sizes.vectors("rows", (long) (tokens + 3) * stride);
        FloatArray normed = Sizes.floats("normed", (long) (tokens + 3) * Padding.toVectors(hidden));
        // Nothing behind the last column or the last token may be read.
        normed.init(Float.NaN);
        for (int i = 0; i < x.length; i++) {
            normed.set(i / hidden * Padding.toVectors(hidden) + i % hidden, x[i]);
            rows.getArray().set(i / hidden * stride + i % hidden, residual[i]);
        }
        Buffers buffers = new Buffers();
        buffers.add("step", Role.INPUT, step.array());
        DecoderBuffers scratch = scratch(model, capacity, buffers, rows, normed);
        FloatArray y = buffers.add("y", Role.OUTPUT, new FloatArray(tokens * stride));
        PackedBlock block;
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            block = pack(model.layers().getFirst().blocks().getLast(), checkpoint);
        }
        block.register(buffers, "");
        CycleBuilder cycle = new CycleBuilder(FewCores.LOOPS, "feed_forward");
        block.steps(new BlockPlace("0", 0, List.of(), scratch.normed()),
                new DecoderRoom(FewCores.LOOPS, scratch, null, step), cycle);
        cycle.steps().add("y", Grid.loop(tokens), Unpack::rows, rows, step.array(), StepLayout.TOKENS, stride,
                stride / Padding.LANES, y);
        try (CyclePlan plan = new CyclePlan(cycle.finish(), buffers, target)) {
            plan.run(0).transferToHost(y);
        }
        float[] result = new float[x.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = y.get(i / hidden * stride + i % hidden);
        }
        return result;
    }
}
