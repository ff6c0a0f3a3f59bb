package org.tornadomla.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private final Map<String, Numbers> states = new LinkedHashMap<>();
    private final List<Integer> counts = new ArrayList<>();
    private final Numbers none;
    private long scalarFloats = Padding.LANES;
    private long blockFloats = Padding.LANES;
    private @Nullable FloatArray scalars;
    private @Nullable Numbers blocks;

    private record Kept(Role role, Numbers numbers) {
    }

    Workspace(Buffers buffers) {
        this.buffers = buffers;
        buffers.add("sizes", Role.WEIGHT, sizes);
        this.none = keep("none", Role.SCRATCH, new Numbers("none", 1, 1));
    }

    Buffers buffers() {
        return buffers;
    }

    /** Keeps numbers for the plan, which has them in the form of its family. */
    Numbers keep(String name, Role role, Numbers numbers) {
        kept.put(name, new Kept(role, numbers));
        return numbers;
    }

    /** Numbers that the device writes before it reads them: made where a name is asked for first. */
    Numbers scratch(String name, int rows, int stride) {
        Kept known = kept.get(name);
        return known != null ? known.numbers : keep(name, Role.SCRATCH, new Numbers(name, rows, stride));
    }

    /** Registers all numbers for a plan of a family. */
    void register(TrainingFamily family) {
        kept.forEach((name, of) -> buffers.add(name, of.role, family.form(of.numbers)));
    }

    /** Makes the operands of the products of few cores large enough. */
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
    Numbers state(Tensor weight, String suffix) {
        String name = weight.name() + "." + suffix;
        Numbers state = keep(name, Role.STATE, new Numbers(name, weight.rows(), weight.stride()));
        states.put(name, state);
        return state;
    }

    /** What an optimiser keeps, by names. */
    Map<String, Numbers> states() {
        return states;
    }

    /** The gradient of an operand, or room for one that nothing wants where a kernel writes two at once. */
    Numbers gradient(Tensor x) {
        return x.wantsGradient() ? x.gradient() : scratch("unwanted_" + x.name(), x.rows(), x.stride());
    }

    /** An array for a place in a kernel that it does not read. */
    Numbers none() {
        return none;
    }

    /** The left side of the product of few cores that is being computed. */
    FloatArray scalars() {
        if (scalars == null) {
            scalars = buffers.add("scalars", Role.SCRATCH, Sizes.floats("the left side of a product", scalarFloats));
        }
        return scalars;
    }

    /** The right side of the product of few cores that is being computed. */
    VectorFloat16 blocks() {
        if (blocks == null) {
            blocks = keep("blocks", Role.SCRATCH,
                    new Numbers("the right side of a product", 1, Math.ceilDiv(blockFloats, Padding.LANES)));
        }
        return blocks.vectors();
    }
}
