package org.tornadomla.decoder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.driver.DevicePlan;
import org.tornadomla.driver.Readout;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.AttentionRoom;
import org.tornadomla.layers.AttentionShape;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.DecoderGraphs;
import org.tornadomla.layers.DecoderRoom;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.ExpertLoads;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.LayerRange;
import org.tornadomla.weights.Rows;
import org.tornadomla.layers.Wanted;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The plan of a whole model: token ids go in, logits or hidden states of the rows that are wanted come out. */
final class DecoderPlan {

    private final ModelConfig model;
    private final List<Placing> placing;
    private final StepBuffer step;
    private final Optional<DecoderBuffers.Joined> joined;
    private final DecoderBuffers.Results results;
    private final DevicePlan plan;
    private final List<ExpertLoads> loads;
    private final int mostCandidates;

    /**
     * Allocates buffers and builds the task graphs. Kernels are compiled when a graph first runs.
     *
     * @param weights of all layers
     * @param cache   holds the pool of each layer
     * @param placing which device computes which layers
     * @param family  what computes
     * @param counts  whether choices of experts are counted
     * @throws org.tornadomla.error.ShapeException  when a buffer would not fit an array
     * @throws org.tornadomla.error.DeviceException when an engine refuses a graph
     */
    DecoderPlan(ModelConfig model, DecoderWeights weights, LatentCache cache, Capacity capacity, List<Placing> placing,
            KernelFamily family, boolean counts) {
        this.model = model;
        this.placing = List.copyOf(placing);
        this.mostCandidates = family.mostBest();
        this.step = new StepBuffer(capacity);
        List<Part> parts = placing.stream().map(place -> part(place, weights, cache, family, counts)).toList();
        this.joined = parts.getFirst().room.buffers().joined();
        this.results = parts.getLast().room.buffers().results().orElseThrow();
        this.loads = parts.stream().flatMap(part -> part.room.loads().stream()).toList();
        DevicePlan.Chain chain = new DevicePlan.Chain();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            chain.add(part.stages, part.all, part.target,
                    i + 1 == parts.size() ? Optional.empty() : Optional.of(handover(part, parts.get(i + 1))));
        }
        this.plan = new DevicePlan(chain, step, parts.getFirst().room.attention());
        for (int i = 0; i < parts.size(); i++) {
            int device = i;
            parts.get(i).room.loads().ifPresent(own -> plan.watch(device, own.arrays(), own::count));
        }
    }

    /**
     * Layers on a device.
     *
     * @param layers which
     * @param target the device
     */
    record Placing(LayerRange layers, Target target) {
    }

    /** Graphs of some layers, and what they work in. */
    private record Part(List<Stage> stages, Buffers all, DecoderRoom room, Target target) {
    }

    private Part part(Placing place, DecoderWeights weights, LatentCache cache, KernelFamily family, boolean counts) {
        Buffers all = new Buffers();
        all.add("step", Role.INPUT, step.array());
        weights.register(all, place.layers());
        weights.pools(place.layers())
                .forEach(index -> all.add("pool_" + index, Role.STATE, family.pool(cache.pool(index))));
        AttentionRoom attention = family.attention(new AttentionShape(model.attention()), step.capacity(),
                cache.config().type(), all);
        DecoderBuffers buffers = DecoderBuffers.allocate(model, family, step.capacity(), all, place.layers());
        DecoderRoom room = new DecoderRoom(family, buffers, attention, step,
                counts ? Optional.of(new ExpertLoads(all)) : Optional.empty());
        return new Part(new DecoderGraphs(model, weights, room, cache::pool, place.layers()).stages(), all, room,
                place.target());
    }

    private static DevicePlan.Handover handover(Part part, Part next) {
        Rows leaving = part.room.buffers().leaving().orElseThrow();
        return new DevicePlan.Handover(leaving.floats(), next.room.buffers().x().numbers(), leaving.stride());
    }

    /** What was counted of the choices of experts; empty where nobody counts. */
    List<ExpertLoad> expertLoad() {
        return loads.stream().flatMap(own -> own.loads().stream())
                .map(load -> new ExpertLoad(Integer.parseInt(load.layer()), load.tokens(), load.rounds(), load.read()))
                .toList();
    }

    /** Each device with the layers that it has; the device alone where there is one. */
    String placing() {
        return placing.size() == 1
                ? placing.getFirst().target().toString()
                : placing.stream().map(place -> place.target() + " " + place.layers())
                        .collect(Collectors.joining(", "));
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
        joined.orElseThrow().hidden().set(row, hidden);
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
            public List<CyclePlan.Fetch> fetches(int count) {
                return wanted.stream()
                        .map(output -> output == Output.LOGITS && candidates > 0
                                ? new CyclePlan.Fetch(results.best(), count * DecoderBuffers.bestFloats(candidates))
                                : new CyclePlan.Fetch(array(output), (long) count * stride(output)))
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
        MemorySegment.copy(results.best().getSegment(), ValueLayout.JAVA_FLOAT,
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
        return output == Output.LOGITS ? results.logits() : results.last();
    }
}
