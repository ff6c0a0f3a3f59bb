package org.tornadomla.selftest;

/**
 * How a kernel's results on a device differ from Java's.
 *
 * @param largest the largest error, as a fraction of its array's largest value; meaningless when there is a refusal
 * @param refusal why the kernel does not run or is wrong, in one line; empty when it is right
 */
public record KernelError(double largest, String refusal) {

    /** Whether the kernel ran and is right. */
    public boolean isRight() {
        return refusal.isEmpty();
    }

    /** Both together: the first refusal, or the larger error. */
    KernelError and(KernelError other) {
        return isRight() && (!other.isRight() || other.largest > largest) ? other : this;
    }
}
