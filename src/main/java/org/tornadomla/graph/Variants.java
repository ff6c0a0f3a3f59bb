package org.tornadomla.graph;

import java.util.Optional;

import org.tornadomla.backend.DeviceLimits;
import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.kernels.GroupAttention;
import org.tornadomla.kernels.GroupMatMul;

/**
 * Which kernel computes the operations that have two: one work-item for each large piece of work, which suits the cores
 * and vectors of a CPU, or a work-group for each small piece, which suits the many cores of a GPU.
 *
 * @param matMulItems    work-items of a group of {@link GroupMatMul}; 0 for loops
 * @param attentionItems work-items of a group of {@link GroupAttention}; 0 for loops
 */
public record Variants(int matMulItems, int attentionItems) {

    /** Loops only, which every device runs. */
    public static final Variants LOOPS = new Variants(0, 0);

    /** The kernel of matrix products by groups. */
    public static final String GROUP_MAT_MUL = "GroupMatMul.rows";
    /** The kernel of absorbed attention by groups. */
    public static final String GROUP_ATTENTION = "GroupAttention.split";

    private static final int GROUP = 64;

    public Variants {
        if (matMulItems < 0 || matMulItems > GroupMatMul.MOST_ITEMS || attentionItems < 0) {
            throw new ConfigurationException("groups of " + matMulItems + " and " + attentionItems
                    + " work-items: must be 0 or more, and at most " + GroupMatMul.MOST_ITEMS
                    + " for the matrix product");
        }
    }

    /** What a device's kind asks for, as far as its limits allow. */
    public static Variants preferred(Target target) {
        if (!target.manyCores()) {
            return LOOPS;
        }
        return new Variants(reason(target, GroupMatMul.LOCAL_BYTES).isEmpty() ? GROUP : 0,
                reason(target, GroupAttention.LOCAL_BYTES).isEmpty() ? GROUP : 0);
    }

    /** Why a device cannot run groups that share this many bytes; empty when it can. */
    private static Optional<String> reason(Target target, long localBytes) {
        DeviceLimits limits = target.limits();
        if (limits.groupItems() < GROUP) {
            return Optional
                    .of("its largest group has " + limits.groupItems() + " work-items, " + GROUP + " are needed");
        }
        return limits.localBytes() < localBytes
                ? Optional.of("it has " + limits.localBytes() + " bytes of local memory, " + localBytes + " are needed")
                : Optional.empty();
    }

    /** The same with loops for the operation that a kernel computes; empty when the kernel is a loop already. */
    public Optional<Variants> without(String kernel) {
        if (kernel.equals(GROUP_MAT_MUL)) {
            return Optional.of(new Variants(0, attentionItems));
        }
        return kernel.equals(GROUP_ATTENTION) ? Optional.of(new Variants(matMulItems, 0)) : Optional.empty();
    }

    /**
     * Why the other kernel of an operation was not chosen for a device.
     *
     * @return one sentence an operation
     */
    public String reasons(Target target) {
        return "matrix product: " + reason(target, matMulItems, GroupMatMul.LOCAL_BYTES) + "\nabsorbed attention: "
                + reason(target, attentionItems, GroupAttention.LOCAL_BYTES);
    }

    private static String reason(Target target, int items, long localBytes) {
        if (items > 0) {
            return "groups of " + items + ", since the device has many cores and " + localBytes
                    + " bytes of local memory for a group";
        }
        if (!target.manyCores()) {
            return "loops over vectors, since the device has few cores with vector units";
        }
        return "loops over vectors, since "
                + reason(target, localBytes).orElse("the kernel for groups failed the self-test");
    }
}
