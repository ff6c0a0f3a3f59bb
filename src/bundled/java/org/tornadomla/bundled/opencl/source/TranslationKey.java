package org.tornadomla.bundled.opencl.source;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
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
 * @param arguments what is known of each argument
 * @param options   what else there is
 */
record TranslationKey(Method method, List<Object> arguments, TranslationOptions options) {

    /** Of an array its class, its size or the number of that size, and which of the task's storages it has. */
    private record Array(Class<?> type, int size, int storage) {
        @Override
        public String toString() {
            return type.getName() + "/" + size + "/" + storage;
        }
    }

    /** The sizes of arrays and the values of numbers are part of it. */
    static TranslationKey exact(KernelTask task, TranslationOptions options) {
        return of(task, options, true);
    }

    /**
     * Numbers that are parameters of the kernel are left out, and of sizes only which are the same: what all tasks of a
     * kernel have in common as long as its code reads no size.
     */
    static TranslationKey general(KernelTask task, TranslationOptions options) {
        return of(task, options, false);
    }

    private static TranslationKey of(KernelTask task, TranslationOptions options, boolean exact) {
        List<Object> arguments = new ArrayList<>();
        Map<Object, Integer> storages = new IdentityHashMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        for (Object value : task.arguments()) {
            if (value instanceof KernelContext) {
                arguments.add(KernelContext.class);
            } else if (ArrayMemory.isArray(value)) {
                Object storage = ArrayMemory.storage(value);
                storages.putIfAbsent(storage, storages.size());
                int size = ArrayMemory.storage(value).getSize();
                sizes.putIfAbsent(size, sizes.size());
                arguments.add(new Array(value.getClass(), exact ? size : sizes.get(size), storages.get(storage)));
            } else {
                arguments.add(!exact && KernelTranslator.isParameter(value) ? value.getClass() : value);
            }
        }
        return new TranslationKey(task.method(), List.copyOf(arguments), options);
    }

    /** The same as a text, which another process makes of an equal key. */
    String text() {
        StringBuilder text = new StringBuilder(method.toString());
        for (Object argument : arguments) {
            text.append('\n').append(argument.getClass().getName()).append(' ').append(argument);
        }
        return text.append('\n').append(options).toString();
    }
}
