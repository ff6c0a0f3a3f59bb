package org.tornadomla.bundled.opencl.source;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.KernelContext;

/**
 * All that a translation depends on: tasks with equal keys have one translation.
 *
 * @param method    the kernel
 * @param arguments numbers as they are; of an array its class and size, and which of the task's storages it has
 * @param options   what else there is
 */
record TranslationKey(Method method, List<Object> arguments, TranslationOptions options) {

    private record Array(Class<?> type, int size, int storage) {
    }

    static TranslationKey of(KernelTask task, TranslationOptions options) {
        List<Object> arguments = new ArrayList<>();
        Map<Object, Integer> storages = new IdentityHashMap<>();
        for (Object value : task.arguments()) {
            if (value instanceof KernelContext) {
                arguments.add(KernelContext.class);
            } else if (ArrayMemory.isArray(value)) {
                Object storage = ArrayMemory.storage(value);
                storages.putIfAbsent(storage, storages.size());
                arguments.add(new Array(value.getClass(), ArrayMemory.storage(value).getSize(), storages.get(storage)));
            } else {
                arguments.add(value);
            }
        }
        return new TranslationKey(task.method(), List.copyOf(arguments), options);
    }
}
