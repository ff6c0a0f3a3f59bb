package org.tornadomla.bundled.bytecode;

/**
 * A loop over a variable annotated {@code @Parallel}, by positions in the code's list of instructions. javac writes it
 * as: store the start; test: load the variable, compute the bound, leave the loop or fall through; body; add the step;
 * jump to the test.
 *
 * @param slot      local variable slot of the loop variable
 * @param test      the first instruction of the test, right behind the store of the start
 * @param exit      the branch that leaves the loop, with the variable and the bound on the stack
 * @param advance   the addition of the step
 * @param end       the first instruction behind the variable's scope
 * @param step      constant that is added after every iteration, at least 1
 * @param inclusive whether the bound itself is reached ({@code <=})
 */
public record ParallelLoop(int slot, int test, int exit, int advance, int end, int step, boolean inclusive) {

    /** The store of the start. */
    public int init() {
        return test - 1;
    }
}
