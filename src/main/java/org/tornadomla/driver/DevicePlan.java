package org.tornadomla.driver;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.DevicePool;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.AttentionRoom;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A cycle of graphs that reads and writes a latent cache: fill {@link #step}, {@link #run} a round, have results. */
public final class DevicePlan implements DevicePool, AutoCloseable {

    private final CyclePlan cycle;
    private final StepBuffer step;
    private final Map<Attending, FloatArray> masks;
    private final int slices;
    private final List<Object> pools;
    private final long weightBytes;
    private volatile boolean fresh = true;
    private List<Object> watched = List.of();
    private Runnable watcher = () -> {};

    /**
     * Builds the task graphs. Kernels are compiled when a graph first runs.
     *
     * @param stages  what a round runs
     * @param buffers every array of the stages, the cache's pools among them
     * @param step    what changes between rounds
     * @param room    what the stages' ways of attending share
     * @throws org.tornadomla.error.DeviceException when the engine refuses a graph
     */
    public DevicePlan(List<Stage> stages, Buffers buffers, StepBuffer step, AttentionRoom room, Target target) {
        this.step = step;
        this.masks = Map.copyOf(room.masks());
        this.slices = room.slices();
        this.pools = buffers.withRole(Role.STATE);
        this.weightBytes = buffers.bytes(Role.WEIGHT);
        this.cycle = new CyclePlan(stages, buffers, target);
    }

    /** Compiles all kernels where the runtime can, as {@link CyclePlan#compile} does. */
    public void compile() {
        cycle.compile();
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
     * @param arrays  STATE arrays of the plan
     * @param arrived told when they are there
     */
    public void watch(List<Object> arrays, Runnable arrived) {
        watched = List.copyOf(arrays);
        watcher = arrived;
    }

    /** Bytes of all weights as the device holds them. */
    public long weightBytes() {
        return weightBytes;
    }

    /** Runs a round, as {@link CyclePlan#run(Set, List)} does. */
    void run(Set<? extends Enum<?>> conditions, List<CyclePlan.Fetch> fetches) {
        cycle.run(conditions, fetches);
        fresh = false;
        if (!watched.isEmpty()) {
            watched.forEach(cycle::download);
            watcher.run();
        }
    }

    /** Brings more of what the last round left, as {@link CyclePlan#fetch} does. */
    public void fetch(CyclePlan.Fetch fetch) {
        cycle.fetch(fetch);
    }

    @Override
    public void download() {
        if (!fresh) {
            pools.forEach(cycle::download);
        }
    }

    /** Whether the device failed, and {@link #recover} must come before the next round. */
    public boolean isBroken() {
        return cycle.isBroken();
    }

    /** After a failure of the device, gives up what the cache had there and builds the plan again. */
    public void recover(LatentCache cache) {
        if (cycle.isBroken()) {
            cache.forgetDeviceRows();
            cycle.recover();
            fresh = true;
        }
    }

    @Override
    public void invalidate() {
        cycle.freeDeviceMemory();
        fresh = true;
    }

    /** What runs, step by step. */
    public String listing() {
        return cycle.listing();
    }

    /** The device that computes. */
    public Target target() {
        return cycle.target();
    }

    /** Nanoseconds of each task while some work is done, as {@link CyclePlan#profile} says. */
    public Map<String, Long> profile(Runnable work) {
        return cycle.profile(work);
    }

    /** Waits for the round that runs, and gives the device's memory back; a second call does nothing. */
    @Override
    public void close() {
        cycle.close();
    }
}
