package org.tornadomla.driver;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.tornadomla.backend.Target;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.Stage;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What one device computes of a plan's rounds. */
final class DevicePart {

    /**
     * A cycle of graphs for a device.
     *
     * @param stages   what a round runs
     * @param buffers  every array of the stages, pools of the cache among them
     * @param target   the device
     * @param handover rows for the next device; empty for the last one
     */
    record Spec(List<Stage> stages, Buffers buffers, Target target, Optional<DevicePlan.Handover> handover) {
    }

    private final CyclePlan cycle;
    private final List<Object> pools;
    private final long weightBytes;
    private final Optional<DevicePlan.Handover> handover;

    DevicePart(Spec spec) {
        this.pools = spec.buffers().withRole(Role.STATE);
        this.weightBytes = spec.buffers().bytes(Role.WEIGHT);
        this.handover = spec.handover();
        this.cycle = new CyclePlan(spec.stages(), spec.buffers(), spec.target());
    }

    CyclePlan cycle() {
        return cycle;
    }

    long weightBytes() {
        return weightBytes;
    }

    /**
     * Runs a round, and puts what the next device reads where it goes up from.
     *
     * @param tokens  rows of the round
     * @param fetches what comes to the host where this is the last device
     */
    void run(Set<? extends Enum<?>> conditions, int tokens, List<CyclePlan.Fetch> fetches) {
        if (handover.isEmpty()) {
            cycle.run(conditions, fetches);
            return;
        }
        long floats = (long) tokens * handover.get().floats();
        FloatArray from = handover.get().from();
        // A round that only copies rows of the cache has nothing to hand over.
        cycle.run(conditions, floats == 0 ? List.of() : List.of(new CyclePlan.Fetch(from, floats)));
        MemorySegment.copy(from.getSegment(), 0, handover.get().to().getSegment(), 0, floats * Float.BYTES);
    }

    void download() {
        pools.forEach(cycle::download);
    }
}
