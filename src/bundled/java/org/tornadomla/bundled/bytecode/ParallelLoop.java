package org.tornadomla.bundled.bytecode;

/**
 * A loop over a variable annotated {@code @Parallel}, by places in the code's list of elements. javac writes it as:
 * store the start; head: load the variable, compute the bound, leave the loop or fall through; body; add the step; jump
 * to head.
 *
 * @param slot      local variable slot of the loop variable
 * @param head      place of the label that the loop jumps back to, right behind the store of the start
 * @param exit      place of the branch that leaves the loop, with the variable and the bound on the stack
 * @param back      place of the jump back to the head
 * @param step      constant that is added after every iteration, at least 1
 * @param inclusive whether the bound itself is reached ({@code <=})
 * @param depth     number of parallel loops around it
 */
public record ParallelLoop(int slot, int head, int exit, int back, int step, boolean inclusive, int depth) {

    boolean encloses(ParallelLoop other) {
        return head < other.head && other.back < back;
    }
}
