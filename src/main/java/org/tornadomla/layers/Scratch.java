package org.tornadomla.layers;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Sizes;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Arrays that the blocks of a model work in, by name. First every block asks for what it needs; blocks that ask for the
 * same name share an array of the largest size that was asked for. Then the arrays are made.
 */
public final class Scratch {

    private enum Type {
        VECTORS,
        FLOATS,
        INTS
    }

    private record Need(Type type, String what, long numbers) {

        Object allocate() {
            return switch (type) {
                case VECTORS -> Sizes.vectors(what, numbers);
                case FLOATS -> Sizes.floats(what, numbers);
                case INTS -> Sizes.ints(what, numbers);
            };
        }
    }

    private final KernelFamily family;
    private final Map<String, Need> needs = new LinkedHashMap<>();
    private final Map<String, Object> arrays = new HashMap<>();

    /** @param family what computes the blocks */
    public Scratch(KernelFamily family) {
        this.family = family;
    }

    /** What computes the blocks. */
    public KernelFamily family() {
        return family;
    }

    /**
     * Asks for rows.
     *
     * @param name of the buffer
     * @param what they are, for messages
     * @param rows how many
     * @param form how the family keeps them
     */
    public void needRows(String name, String what, long rows, RowForm form) {
        need(name, new Need(form.vectors() ? Type.VECTORS : Type.FLOATS, what, rows * form.floats()));
    }

    /**
     * Asks for floats.
     *
     * @param floats how many
     */
    public void needFloats(String name, String what, long floats) {
        need(name, new Need(Type.FLOATS, what, floats));
    }

    /** Asks for whole numbers; parameters as of {@link #needFloats}. */
    public void needInts(String name, String what, long ints) {
        need(name, new Need(Type.INTS, what, ints));
    }

    private void need(String name, Need need) {
        needs.merge(name, need, (before, now) -> {
            if (before.type != now.type) {
                throw new ConfigurationException(
                        "scratch " + name + " is asked for as " + before.type + " and as " + now.type);
            }
            return before.numbers >= now.numbers ? before : now;
        });
    }

    /**
     * Makes the arrays.
     *
     * @throws org.tornadomla.error.ShapeException when one is too large
     */
    void allocate() {
        needs.forEach((name, need) -> arrays.put(name, need.allocate()));
    }

    /** Registers the arrays in the order in which they were asked for. */
    public void register(Buffers buffers) {
        needs.keySet().forEach(name -> buffers.add(name, Role.SCRATCH, get(name, Object.class)));
    }

    /** The rows of a name that was asked for with {@link #needRows}, in the form that a block needs. */
    public Rows rows(String name, RowForm form) {
        return form.over(form.vectors() ? get(name, VectorFloat16.class) : get(name, FloatArray.class));
    }

    /** The array of a name that was asked for with {@link #needFloats}. */
    public FloatArray floats(String name) {
        return get(name, FloatArray.class);
    }

    /** The array of a name that was asked for with {@link #needInts}. */
    public IntArray ints(String name) {
        return get(name, IntArray.class);
    }

    private <T> T get(String name, Class<T> type) {
        Object array = arrays.get(name);
        if (!type.isInstance(array)) {
            throw new ConfigurationException("no block asked for scratch " + name + " as " + type.getSimpleName());
        }
        return type.cast(array);
    }
}
