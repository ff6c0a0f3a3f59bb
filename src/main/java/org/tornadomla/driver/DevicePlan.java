package org.tornadomla.driver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.DevicePool;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.error.MlaException;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.AttentionRoom;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Cycles of graphs that read and write a latent cache: fill {@link #step}, {@link #run} a round, have results. There is
 * one a device; where there are several, a round passes them in order, and what one leaves goes to the next by way of
 * the host.
 */
public final class DevicePlan implements DevicePool, AutoCloseable {

    private final List<DevicePart> parts;
    private final StepBuffer step;
    private final Map<Attending, FloatArray> masks;
    private final int slices;
    private volatile boolean fresh = true;
    private final List<Watch> watches = new ArrayList<>();

    /**
     * Rows that go from a device to the next.
     *
     * @param from   [T, floats] an OUTPUT or EXCHANGED array of the device
     * @param to     [T, floats] numbers of an INPUT or EXCHANGED array of the next
     * @param floats of a row
     */
    public record Handover(FloatArray from, FloatArray to, int floats) {
    }

    private record Watch(CyclePlan cycle, List<Object> arrays, Runnable arrived) {

        void look() {
            arrays.forEach(cycle::download);
            arrived.run();
        }
    }

    /**
     * Builds the task graphs of one device. Kernels are compiled when a graph first runs.
     *
     * @param stages  what a round runs
     * @param buffers every array of the stages, the cache's pools among them
     * @param step    what changes between rounds
     * @param room    what the stages' ways of attending share
     * @throws org.tornadomla.error.DeviceException when the engine refuses a graph
     */
    public DevicePlan(List<Stage> stages, Buffers buffers, StepBuffer step, AttentionRoom room, Target target) {
        this(new Chain().add(stages, buffers, target, Optional.empty()), step, room);
    }

    /**
     * Builds the task graphs of several devices.
     *
     * @param chain what each of them runs
     * @param step  what changes between rounds, an INPUT array of each
     * @param room  what the ways of attending share on one of them; the others have as much
     * @throws org.tornadomla.error.DeviceException when an engine refuses a graph
     */
    public DevicePlan(Chain chain, StepBuffer step, AttentionRoom room) {
        this.step = step;
        this.masks = Map.copyOf(room.masks());
        this.slices = room.slices();
        this.parts = chain.build();
    }

    /** Cycles of graphs, in the order in which a round passes them. */
    public static final class Chain {

        private final List<DevicePart.Spec> specs = new ArrayList<>();

        /**
         * Adds a device.
         *
         * @param stages   what it runs in a round
         * @param buffers  every array of the stages, pools of the cache among them
         * @param handover rows for the device that is added next; empty for the last one
         */
        public Chain add(List<Stage> stages, Buffers buffers, Target target, Optional<Handover> handover) {
            specs.add(new DevicePart.Spec(stages, buffers, target, handover));
            return this;
        }

        private List<DevicePart> build() {
            List<DevicePart> built = new ArrayList<>();
            boolean complete = false;
            try {
                specs.forEach(spec -> built.add(new DevicePart(spec)));
                complete = true;
                return List.copyOf(built);
            } finally {
                if (!complete) {
                    built.forEach(part -> part.cycle().close());
                }
            }
        }
    }

    /** Compiles all kernels where the runtime can, as {@link CyclePlan#compile} does. */
    public void compile() {
        parts.forEach(part -> part.cycle().compile());
    }

    /** Graphs of all devices. */
    public int graphs() {
        return parts.stream().mapToInt(part -> part.cycle().graphs()).sum();
    }

    /**
     * Tells before each graph's first run how many have run so far, as {@link CyclePlan#onFirstRuns} does.
     *
     * @param listener told how many graphs of all devices have run
     */
    public void onFirstRuns(IntConsumer listener) {
        int[] ran = new int[parts.size()];
        for (int device = 0; device < ran.length; device++) {
            int own = device;
            parts.get(device).cycle().onFirstRuns(graphs -> {
                ran[own] = graphs;
                listener.accept(Arrays.stream(ran).sum());
            });
        }
    }

    /** The array to fill before a round. */
    StepBuffer step() {
        return step;
    }

    /** The array of additive masks of a way of attending. */
    FloatArray mask(Attending way) {
        return masks.get(way);
    }

    /** Parts of a query's heads that attend apart from each other. */
    int slices() {
        return slices;
    }

    /** Whether the plan has a way of attending. */
    boolean has(Attending way) {
        return masks.containsKey(way);
    }

    /**
     * Brings arrays to the host after each round from now on.
     *
     * @param device  number of the device that has them
     * @param arrays  STATE arrays of the plan
     * @param arrived told when they are there
     */
    public void watch(int device, List<Object> arrays, Runnable arrived) {
        watches.add(new Watch(parts.get(device).cycle(), List.copyOf(arrays), arrived));
    }

    /** Bytes of all weights as the devices hold them. */
    public long weightBytes() {
        return parts.stream().mapToLong(DevicePart::weightBytes).sum();
    }

    /** Runs a round, as {@link CyclePlan#run(Set, List)} does. */
    void run(Set<? extends Enum<?>> conditions, List<CyclePlan.Fetch> fetches) {
        parts.forEach(part -> part.run(conditions, step.tokens(), fetches));
        fresh = false;
        watches.forEach(Watch::look);
    }

    /** Brings more of what the last round left, as {@link CyclePlan#fetch} does. */
    public void fetch(CyclePlan.Fetch fetch) {
        parts.getLast().cycle().fetch(fetch);
    }

    @Override
    public void download() {
        if (!fresh) {
            parts.forEach(DevicePart::download);
        }
    }

    /** Whether a device failed, and {@link #recover} must come before the next round. */
    public boolean isBroken() {
        return parts.stream().anyMatch(part -> part.cycle().isBroken());
    }

    /** After a failure of a device, gives up what the cache had on all of them and builds its graphs again. */
    public void recover(LatentCache cache) {
        if (isBroken()) {
            cache.forgetDeviceRows();
            parts.forEach(part -> part.cycle().recover());
            fresh = true;
        }
    }

    @Override
    public void invalidate() {
        parts.forEach(part -> part.cycle().freeDeviceMemory());
        fresh = true;
    }

    /** What runs, step by step, on one device after the other. */
    public String listing() {
        return parts.stream().map(part -> part.cycle().listing()).collect(Collectors.joining());
    }

    /** The device that computes, or the first of several. */
    public Target target() {
        return targets().getFirst();
    }

    /** The devices that compute, in the order in which a round passes them. */
    public List<Target> targets() {
        return parts.stream().map(part -> part.cycle().target()).toList();
    }

    /** Nanoseconds of each task while some work is done, as {@link CyclePlan#profile} says. */
    public Map<String, Long> profile(Runnable work) {
        Map<String, Long> times = new TreeMap<>();
        profile(0, work, times);
        return Map.copyOf(times);
    }

    private void profile(int device, Runnable work, Map<String, Long> times) {
        if (device == parts.size()) {
            work.run();
        } else {
            times.putAll(parts.get(device).cycle().profile(() -> profile(device + 1, work, times)));
        }
    }

    /** Waits for the round that runs, and gives the devices' memory back; a second call does nothing. */
    @Override
    public void close() {
        List<MlaException> failures = new ArrayList<>();
        for (DevicePart part : parts) {
            try {
                part.cycle().close();
            } catch (MlaException failure) {
                // The others have memory to give back all the same.
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }
}
