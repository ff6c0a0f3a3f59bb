package org.tornadomla.bundled.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.memory.ArrayMemory;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The device copies of a plan, and which arrays change once they are on the device. */
final class PlanBuffers {

    private final List<DeviceCopy> all = new ArrayList<>();
    /** Written by a task, or uploaded again and again. */
    private final Set<Object> changing = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * No copies yet.
     *
     * @throws TornadoRuntimeException if two arrays of the graphs are views of one memory
     */
    PlanBuffers(List<GraphDefinition> graphs) {
        Map<Object, Object> byPlace = new HashMap<>();
        for (GraphDefinition graph : graphs) {
            for (Object array : graph.arrays()) {
                checkOnlyView(graph, array, byPlace);
                if (graph.writes(array)) {
                    changing.add(array);
                }
            }
            graph.toDevice().stream().filter(transfer -> transfer.mode() == DataTransferMode.EVERY_EXECUTION)
                    .forEach(transfer -> changing.add(transfer.array()));
        }
    }

    private static void checkOnlyView(GraphDefinition graph, Object array, Map<Object, Object> byPlace) {
        if (ArrayMemory.storage(array).getSize() == 0) {
            return;
        }
        Object other = byPlace.putIfAbsent(ArrayMemory.place(array), array);
        if (other != null && other != array) {
            throw new TornadoRuntimeException("graph " + graph.name() + ": " + GraphBuilder.describe(array) + " and "
                    + GraphBuilder.describe(other) + " are two views of one memory; on a device each would have its"
                    + " own buffer and not see the other's writes: use one of them in all graphs of a plan");
        }
    }

    /**
     * A device copy of {@code array}.
     *
     * @param uploads whether the array is uploaded before any task runs
     */
    DeviceCopy allocate(DeviceSession session, Object array, boolean uploads) {
        DeviceCopy copy = new DeviceCopy(array,
                uploads && !changing.contains(array) ? session.allocateReadOnly(array) : session.allocate(array));
        all.add(copy);
        return copy;
    }

    long bytes() {
        return all.stream().mapToLong(copy -> copy.buffer().bytes()).sum();
    }

    void free() {
        all.forEach(copy -> copy.buffer().free());
        all.clear();
    }

    /** Refuses a copy of the whole array after a copy of a part: TornadoVM would copy nothing. */
    static void checkWhole(DeviceCopy copy) {
        if (copy.isPartlyDownloaded()) {
            throw new TornadoRuntimeException(GraphBuilder.describe(copy.array()) + ": a part was copied to the host by"
                    + " DataRange, after which a copy of the whole array does nothing on TornadoVM; use a DataRange"
                    + " over all elements instead");
        }
    }
}
