package org.tornadomla.layers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tornadomla.backend.Target;
import org.tornadomla.checkpoint.Checkpoint;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.Rows;
import org.tornadomla.weights.WeightFormats;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The feed-forward of a decoder's layer as a graph of its own: router, grouping, experts and their sum. In the
 * library's package, whose steps are not public.
 */
public final class MixturePlan implements AutoCloseable {

    private static final String WEIGHTS = "model.layers.0.mlp.";

    private final int hidden;
    private final int stride;
    private final int expertsPerToken;
    private final StepBuffer step;
    private final FloatArray y;
    private final CyclePlan plan;

    /**
     * Packs the weights of the first layer of a checkpoint and builds the graph.
     *
     * @param directory of the checkpoint
     * @param tokens    most tokens of a run
     * @param x         [tokens, hidden_size] normed tokens
     */
    public MixturePlan(Path directory, ModelConfig model, Target target, int tokens, float[] x) {
        this.hidden = model.hiddenSize();
        this.expertsPerToken = DecoderBuffers.expertsPerToken(model);
        Capacity capacity = Capacity.builder().tokens(tokens).pages(1, 1, 1).positions(1).build();
        this.step = new StepBuffer(capacity);
        KernelFamily family = SelfTest.require(target);
        Buffers buffers = new Buffers();
        buffers.add("step", Role.INPUT, step.array());
        DecoderBuffers scratch = scratch(model, family, capacity, buffers);
        Rows rows = family.read(hidden).allocate("tokens", tokens);
        buffers.add("x_normed", Role.INPUT, rows.array());
        for (int i = 0; i < x.length; i++) {
            rows.floats().set(i / hidden * rows.stride() + i % hidden, x[i]);
        }
        Rows result = new RowForm(false, family.written(hidden).floats()).allocate("outputs", tokens);
        this.stride = result.stride();
        this.y = buffers.add("y", Role.OUTPUT, result.floats());
        MixtureBlock mixture = model.blocks(MixtureBlock.class).findFirst().orElseThrow();
        PackedBlock packed;
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            packed = new MixtureKind().pack(mixture, checkpoint.under(WEIGHTS), family,
                    family.packer(WeightFormats.F32, Long.MAX_VALUE), Attending.ways(0));
        }
        packed.register(buffers, "");
        CycleBuilder cycle = new CycleBuilder(family, "mixture");
        packed.steps(new BlockPlace("0", 0, List.of(), rows), new DecoderRoom(family, scratch, null, step), cycle);
        family.read(cycle.steps(), "y", scratch.x(), stride, step, StepLayout.TOKENS, tokens, result);
        this.plan = new CyclePlan(cycle.finish(), buffers, target);
    }

    /**
     * The decoder's own scratch, but for the residual stream, which goes up as zeros every time: the sum of the experts
     * is added to it.
     */
    private static DecoderBuffers scratch(ModelConfig model, KernelFamily family, Capacity capacity, Buffers buffers) {
        DecoderBuffers all = DecoderBuffers.allocate(model, family, capacity, new Buffers());
        buffers.add("x", Role.INPUT, all.x().array());
        buffers.add("none", Role.WEIGHT, all.none());
        all.scratch().register(buffers);
        return all;
    }

    /**
     * Computes the layer and brings its result to the host.
     *
     * @param tokens how many of the tokens
     * @return [tokens, hidden_size]
     */
    public float[] run(int tokens) {
        fill(tokens);
        plan.run(Set.of(), List.of(new CyclePlan.Fetch(y, (long) tokens * stride)));
        float[] rows = new float[tokens * hidden];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = y.get(i / hidden * stride + i % hidden);
        }
        return rows;
    }

    /** {@link CyclePlan#profile} of one run. */
    public Map<String, Long> profile(int tokens) {
        fill(tokens);
        return plan.profile(() -> plan.run(0));
    }

    private void fill(int tokens) {
        step.array().set(StepLayout.TOKENS, tokens);
        step.array().set(StepLayout.ONE, 1);
        step.array().set(StepLayout.EXPERT_ROWS, tokens * expertsPerToken);
    }

    @Override
    public void close() {
        plan.close();
    }
}
