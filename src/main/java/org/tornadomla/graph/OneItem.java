package org.tornadomla.graph;

import java.lang.reflect.Field;
import java.util.Map;

import org.tornadomla.backend.Targets;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * The context of a group of one work-item, the only one of its grid: with it a kernel of work-groups runs as plain Java
 * on the host's arrays, since such kernels are right for groups of any number and size.
 */
final class OneItem {

    private static final Map<String, Integer> PLACE = Map.of("globalIdx", 0, "groupIdx", 0, "localIdx", 0,
            "globalGroupSizeX", 1, "localGroupSizeX", 1);

    private OneItem() {
    }

    /** The first argument of a kernel as the host's own run takes it. */
    @SuppressWarnings("unchecked") // A context in the place of a context.
    static <T> T host(T argument) {
        return argument instanceof KernelContext
                ? (T) placed(Targets.sdkActive() ? new KernelContext() : Alone.context())
                : argument;
    }

    /** Fields are final in TornadoVM's class, where sizes are 0: an assignment would fail there. */
    private static KernelContext placed(KernelContext context) {
        try {
            for (Map.Entry<String, Integer> entry : PLACE.entrySet()) {
                Field field = KernelContext.class.getField(entry.getKey());
                field.setAccessible(true);
                field.set(context, entry.getValue());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("KernelContext has other fields than expected", e);
        }
        return context;
    }

    /**
     * The bundled context refuses what TornadoVM's own does as Java. This class may not be loaded on the SDK: where a
     * loaded class overrides these methods, TornadoVM compiles calls of them as Java, and local arrays become private
     * ones.
     */
    private static final class Alone extends KernelContext {

        static KernelContext context() {
            return new Alone();
        }

        /** Nobody else is there to wait for. */
        @Override
        public void localBarrier() {
        }

        @Override
        public void globalBarrier() {
        }

        @Override
        public int[] allocateIntLocalArray(int size) {
            return new int[size];
        }

        @Override
        public float[] allocateFloatLocalArray(int size) {
            return new float[size];
        }
    }
}
