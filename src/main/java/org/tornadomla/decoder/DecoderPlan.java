package org.tornadomla.decoder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.driver.DevicePlan;
import org.tornadomla.driver.Readout;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.AttentionRoom;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.DecoderGraphs;
import org.tornadomla.layers.DecoderRoom;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.ExpertLoads;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.weights.Rows;
import org.tornadomla.layers.Wanted;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The plan of a whole model: token ids go in, logits or hidden states of the rows that are wanted come out. */
final class DecoderPlan {

    private final ModelConfig model;
    private final StepBuffer step;
    private final DecoderBuffers buffers;
    private final DevicePlan plan;
    private final Optional<ExpertLoads> loads;
    private final int mostCandidates;

    /**
     * Allocates buffers and builds the task graphs. Kernels are compiled when a graph first runs.
     *
     * @param cache  holds the pool of each layer
     * @param family what computes
     * @param counts whether choices of experts are counted
     * @throws org.tornadomla.error.ShapeException  when a buffer would not fit an array
     * @throws org.tornadomla.error.DeviceException when the engine refuses a graph
     */
    DecoderPlan(ModelConfig model, DecoderWeights weights, LatentCache cache, Capacity capacity, Target target,
            KernelFamily family, boolean counts) {
        this.model = model;
        this.mostCandidates = family.mostBest();
        this.step = new StepBuffer(capacity);
        Buffers all = new Buffers();
        all.add("step", Role.INPUT, step.array());
        weights.register(all);
        List<LayerPool> pools = new ArrayList<>();
        for (int index = 0; index < model.pools() + model.indexPools(); index++) {
            LayerPool pool = cache.pool(index);
            all.add("pool_" + index, Role.STATE, family.pool(pool));
            pools.add(pool);
        }
        AttentionRoom attention = family.attention(new AttentionShape(model.attention()), capacity,
                cache.config().type(), all);
        this.buffers = DecoderBuffers.allocate(model, family, capacity, all);
        this.loads = counts ? Optional.of(new ExpertLoads(all)) : Optional.empty();
        DecoderRoom room = new DecoderRoom(family, buffers, attention, step, loads);
        this.plan = new DevicePlan(new DecoderGraphs(model, weights, room, pools::get).stages(), all, step, attention,
                target);
        loads.ifPresent(counting -> plan.watch(counting.arrays(), counting::count));
    }

    /** What was counted of the choices of experts; empty where nobody counts. */
    List<ExpertLoad> expertLoad() {
        return loads.map(ExpertLoads::loads).orElse(List.of()).stream()
                .map(load -> new ExpertLoad(Integer.parseInt(load.layer()), load.tokens(), load.rounds(), load.read()))
                .toList();
    }

    /** The plan underneath. */
    DevicePlan device() {
        return plan;
    }

    /** Says which word of the vocabulary a row of the round is. */
    void place(int id, int row) {
        step.setTokenId(row, id);
    }

    /** Gives the hidden state that goes with the word of a row of the round, in a model that takes hidden states. */
    void place(float[] hidden, int row) {
        buffers.joined().orElseThrow().hidden().set(row, hidden);
    }

    /** Most candidates for a next token that the device finds; 0 where it finds none. */
    int mostCandidates() {
        return mostCandidates;
    }

    /**
     * The readout of what is wanted.
     *
     * @param candidates how many of the largest logits come down in place of all; 0 for all
     */
    Readout readout(Set<Output> wanted, int candidates) {
        return new Readout() {

            @Override
            public int candidates() {
                return candidates;
            }

            @Override
            public List<Wanted> wanted() {
                return wanted.contains(Output.LOGITS) ? List.of(Wanted.LOGITS) : List.of();
            }

            @Override
            public List<CyclePlan.Fetch> fetches(int results) {
                return wanted.stream()
                        .map(output -> output == Output.LOGITS && candidates > 0
                                ? new CyclePlan.Fetch(buffers.best(), results * DecoderBuffers.bestFloats(candidates))
                                : new CyclePlan.Fetch(array(output), (long) results * stride(output)))
                        .toList();
            }
        };
    }

    /**
     * The row of logits at a place of the round as its candidates make it; where they are not enough, all of it, which
     * is fetched then.
     *
     * @param need       of who chooses from it
     * @param candidates how many the round asked for
     */
    float[] read(Candidates need, int candidates, int index) {
        float[] record = new float[(int) DecoderBuffers.bestFloats(candidates)];
        MemorySegment.copy(buffers.best().getSegment(), ValueLayout.JAVA_FLOAT,
                (long) index * record.length * Float.BYTES, record, 0, record.length);
        float[] row = need.row(record, candidates, model.vocabSize());
        if (row != null) {
            return row;
        }
        plan.fetch(new CyclePlan.Fetch(array(Output.LOGITS), (index + 1L) * stride(Output.LOGITS)));
        return read(Output.LOGITS, index);
    }

    /** The row of an output at a place of the round. */
    float[] read(Output output, int index) {
        float[] row = new float[output == Output.LOGITS ? model.vocabSize() : model.hiddenSize()];
        MemorySegment.copy(array(output).getSegment(), ValueLayout.JAVA_FLOAT,
                (long) index * stride(output) * Float.BYTES, row, 0, row.length);
        double factor = model.scales().logits();
        for (int i = 0; output != Output.LOGITS && factor != 1 && i < row.length; i++) {
            // The factor on the logits is in the weight of the final norm.
            row[i] = (float) (row[i] / factor);
        }
        return row;
    }

    private FloatArray array(Output output) {
        return rows(output).floats();
    }

    private int stride(Output output) {
        return rows(output).stride();
    }

    private Rows rows(Output output) {
        return output == Output.LOGITS ? buffers.logits() : buffers.last();
    }
}
