package org.tornadomla.bundled.bytecode;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The sums of a loop's body, and which of them belong together: those whose statements read the same vectors from
 * memory, or each other.
 */
final class SumParts {

    private final List<Statement> statements;
    private final BitSet sums = new BitSet();

    /** @param variable slot of the loop's number */
    SumParts(List<Statement> statements, int variable) {
        this.statements = statements;
        BitSet written = new BitSet();
        for (Statement statement : statements) {
            statement.reads().stream().filter(slot -> slot != variable && !written.get(slot) && isWritten(slot))
                    .forEach(sums::set);
            written.or(statement.writes());
        }
    }

    private boolean isWritten(int slot) {
        return statements.stream().anyMatch(statement -> statement.writes().get(slot));
    }

    /**
     * The statements of each part, in order; none where the loop stays whole: where it has no more sums than
     * {@code most}, where all belong together, and where a vector of memory is used once only, so that memory and not
     * arithmetic is what it waits for.
     */
    List<List<Statement>> parts(int most) {
        if (sums.cardinality() <= most) {
            return List.of();
        }
        List<BitSet> parts = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (int sum : sums.stream().toArray()) {
            BitSet needed = needed(sum);
            int count = 1;
            for (int part = parts.size() - 1; part >= 0; part--) {
                if (belongTogether(parts.get(part), needed)) {
                    needed.or(parts.remove(part));
                    count += counts.remove(part);
                }
            }
            parts.add(needed);
            counts.add(count);
        }
        boolean useful = parts.size() > 1 && counts.stream().allMatch(count -> count > 1)
                && parts.stream().allMatch(part -> part.stream().anyMatch(number -> statements.get(number).loads()));
        return useful && isWhole(parts) ? parts.stream().map(this::statements).toList() : List.of();
    }

    /** Numbers of the statements that a sum needs. */
    private BitSet needed(int sum) {
        BitSet needed = new BitSet();
        BitSet slots = new BitSet();
        slots.set(sum);
        boolean grows = true;
        while (grows) {
            grows = false;
            for (int number = 0; number < statements.size(); number++) {
                Statement statement = statements.get(number);
                if (!needed.get(number) && statement.writes().intersects(slots)) {
                    needed.set(number);
                    slots.or(statement.reads());
                    grows = true;
                }
            }
        }
        return needed;
    }

    private boolean belongTogether(BitSet part, BitSet other) {
        BitSet common = (BitSet) part.clone();
        common.and(other);
        return common.stream().mapToObj(statements::get)
                .anyMatch(statement -> statement.loads() || statement.writes().intersects(sums));
    }

    private boolean isWhole(List<BitSet> parts) {
        BitSet all = new BitSet();
        parts.forEach(all::or);
        return all.cardinality() == statements.size();
    }

    private List<Statement> statements(BitSet part) {
        return part.stream().mapToObj(statements::get).toList();
    }
}
