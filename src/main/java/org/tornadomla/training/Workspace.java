package org.tornadomla.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * What all operations of a tape share: the operands of the product that is being computed, and the bounds of loops,
 * which kernels read from an array. Operations say what they need when they are recorded; the arrays are made when the
 * first step asks for them.
 */
final class Workspace {

    private static final int MOST_SIZES = 1 << 12;

    private final Buffers buffers;
    private final IntArray sizes = new IntArray(MOST_SIZES);
    private final Map<String, VectorFloat16> states = new LinkedHashMap<>();
    private final Map<String, VectorFloat16> unwanted = new LinkedHashMap<>();
    private final List<Integer> counts = new ArrayList<>();
    private final VectorFloat16 none;
    private long scalarFloats = Padding.LANES;
    private long blockFloats = Padding.LANES;
    private FloatArray scalars;
    private VectorFloat16 blocks;

    // Both are made when all graphs are known and it is clear how much they need.
    @SuppressWarnings("NullAway.Init")
    Workspace(Buffers buffers) {
        this.buffers = buffers;
        buffers.add("sizes", Role.WEIGHT, sizes);
        this.none = buffers.add("none", Role.SCRATCH, Sizes.vectors("none", Padding.LANES));
    }

    Buffers buffers() {
        return buffers;
    }

    /** Makes the operands of products large enough. */
    void reserve(long scalarNumbers, long blockNumbers) {
        scalarFloats = Math.max(scalarFloats, scalarNumbers);
        blockFloats = Math.max(blockFloats, blockNumbers);
    }

    /** Numbers that loops are bounded by. */
    IntArray sizes() {
        return sizes;
    }

    /** Where a number stands among the sizes. */
    int size(int count) {
        int known = counts.indexOf(count);
        return known >= 0 ? known : record(count);
    }

    /** Where numbers that belong together stand among the sizes. */
    int record(int... numbers) {
        int at = counts.size();
        if (at + numbers.length > MOST_SIZES) {
            throw new ConfigurationException("a tape has more than " + MOST_SIZES + " sizes: record fewer operations");
        }
        for (int number : numbers) {
            sizes.set(counts.size(), number);
            counts.add(number);
        }
        return at;
    }

    /** What an optimiser keeps of a weight: as many numbers, zeros at first. */
    VectorFloat16 state(Tensor weight, String suffix) {
        VectorFloat16 state = Sizes.vectors(weight.name(), (long) weight.rows() * weight.stride() * Padding.LANES);
        states.put(weight.name() + "." + suffix, state);
        return buffers.add(weight.name() + "." + suffix, Role.STATE, state);
    }

    /** What an optimiser keeps, by names. */
    Map<String, VectorFloat16> states() {
        return states;
    }

    /** The gradient of an operand, or room for one that nothing wants where a kernel writes two at once. */
    VectorFloat16 gradient(Tensor x) {
        if (x.wantsGradient()) {
            return x.gradient();
        }
        return unwanted.computeIfAbsent(x.name(), name -> buffers.add("unwanted_" + name, Role.SCRATCH,
                Sizes.vectors(name, (long) x.rows() * x.stride() * Padding.LANES)));
    }

    /** An array for a place in a kernel that it does not read. */
    VectorFloat16 none() {
        return none;
    }

    /** The left side of the product that is being computed. */
    FloatArray scalars() {
        if (scalars == null) {
            scalars = buffers.add("scalars", Role.SCRATCH, Sizes.floats("the left side of a product", scalarFloats));
        }
        return scalars;
    }

    /** The right side of the product that is being computed. */
    VectorFloat16 blocks() {
        if (blocks == null) {
            blocks = buffers.add("blocks", Role.SCRATCH, Sizes.vectors("the right side of a product", blockFloats));
        }
        return blocks;
    }
}
