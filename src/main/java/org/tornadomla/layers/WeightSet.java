package org.tornadomla.layers;

import java.util.LinkedHashMap;
import java.util.Map;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.weights.PackedMatrix;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Packed weights by the names of their buffers; they are registered in the order in which they were added. */
public final class WeightSet {

    private final Map<String, Object> arrays = new LinkedHashMap<>();

    /** Adds a matrix of a product. */
    void add(String name, PackedMatrix matrix) {
        arrays.put(name, matrix);
    }

    /** Adds a vector, such as a bias. */
    void add(String name, VectorFloat16 vector) {
        arrays.put(name, vector);
    }

    /** Adds plain numbers. */
    void add(String name, FloatArray floats) {
        arrays.put(name, floats);
    }

    /** Whether something was added under a name. */
    boolean has(String name) {
        return arrays.containsKey(name);
    }

    /** Numbers that were added. */
    FloatArray floats(String name) {
        return get(name, FloatArray.class);
    }

    /** A matrix that was added. */
    PackedMatrix matrix(String name) {
        return get(name, PackedMatrix.class);
    }

    /** A vector that was added. */
    VectorFloat16 vector(String name) {
        return get(name, VectorFloat16.class);
    }

    private <T> T get(String name, Class<T> type) {
        Object array = arrays.get(name);
        if (!type.isInstance(array)) {
            throw new ConfigurationException("there is no weight " + name + " that is a " + type.getSimpleName());
        }
        return type.cast(array);
    }

    /** Registers the arrays under their names behind a prefix. */
    void register(Buffers buffers, String prefix) {
        arrays.forEach((name, array) -> {
            switch (array) {
                case PackedMatrix matrix -> matrix.register(buffers, prefix + name);
                default -> buffers.add(prefix + name, Role.WEIGHT, array);
            }
        });
    }
}
