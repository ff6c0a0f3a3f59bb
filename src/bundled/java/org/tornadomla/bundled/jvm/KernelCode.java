package org.tornadomla.bundled.jvm;

/** What a kernel's hidden class offers. Arguments are in the form that {@link KernelClass#prepare} gives them. */
public interface KernelCode {

    /**
     * Number of iterations of the outer parallel loop; 0 for a kernel without one.
     *
     * @param arguments one a parameter
     */
    int trips(Object[] arguments);

    /**
     * Runs a part of the outer parallel loop; the whole kernel when it has none.
     *
     * @param arguments one a parameter
     * @param from      first iteration
     * @param to        iteration behind the last
     */
    void run(Object[] arguments, int from, int to);
}
