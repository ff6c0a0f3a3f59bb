package org.tornadomla.bundled.opencl.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A basic block: instructions {@code start} to {@code end - 1}, and what they were translated to. */
final class Block {

    /** A statement and its source line; the text is asked for when everything is translated. */
    record Statement(int line, Supplier<String> text) {
    }

    /** A condition and its negation, which for floats is not the opposite comparison. */
    record Condition(String code, String negated) {

        @SuppressWarnings("ArgumentSelectionDefectChecker") // Swapped: that is the negation.
        Condition negate() {
            return new Condition(negated, code);
        }
    }

    /** How a block ends. Targets are block numbers. */
    sealed interface End {
    }

    record Jump(int target) implements End {
    }

    record Branch(Supplier<Condition> condition, int ifTrue, int ifFalse) implements End {
    }

    /** Jumps to the target of the first case whose condition holds, else to {@code otherwise}. */
    record Choice(List<String> conditions, List<Integer> targets, int otherwise) implements End {
    }

    /** Leaves the function; {@code value} is null for {@code void}. */
    record Return(Expr value) implements End {
    }

    private final int start;
    private final int end;
    private final List<Statement> statements = new ArrayList<>();
    private List<Expr> entryStack;
    private End terminator;

    Block(int start, int end) {
        this.start = start;
        this.end = end;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    List<Statement> statements() {
        return statements;
    }

    List<Expr> entryStack() {
        return entryStack;
    }

    void entryStack(List<Expr> stack) {
        entryStack = stack;
    }

    End terminator() {
        return terminator;
    }

    void terminator(End value) {
        terminator = value;
    }

    /** The blocks that control may go to; none when the block was never translated. */
    int[] successors() {
        return switch (terminator) {
            case null -> new int[0];
            case Jump jump -> new int[]{jump.target()};
            case Branch branch -> branch.ifTrue() == branch.ifFalse()
                    ? new int[]{branch.ifTrue()}
                    : new int[]{branch.ifTrue(), branch.ifFalse()};
            case Choice choice -> IntStream
                    .concat(choice.targets().stream().mapToInt(Integer::intValue), IntStream.of(choice.otherwise()))
                    .distinct().toArray();
            case Return leave -> new int[0];
        };
    }
}
