package org.tornadomla.training;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Whether operands fit each other, where an operation is recorded. */
final class Shapes {

    private Shapes() {
    }

    private static String of(Tensor x) {
        return x.name() + " [" + x.rows() + ", " + x.columns().published() + "]";
    }

    /** Refuses operands whose numbers of a row do not stand at the same places. */
    static void requireColumns(String name, Tensor a, Tensor b) {
        if (!a.columns().equals(b.columns())) {
            throw new ShapeException(name + ": rows of " + of(a) + " and " + of(b)
                    + " have their numbers at other places; give both the same Places");
        }
    }

    /** Refuses operands of two shapes. */
    static void requireSame(String name, Tensor a, Tensor b) {
        if (a.rows() != b.rows()) {
            throw new ShapeException(name + ": " + of(a) + " and " + of(b) + " must have as many rows");
        }
        requireColumns(name, a, b);
    }

    /** Refuses what is not one row that fits columns: a bias, or the weight of a norm. */
    static void requireRow(String name, Parameter row, Places columns) {
        if (row.matrix() || !row.tensor().columns().equals(columns)) {
            throw new ShapeException(name + ": " + of(row.tensor()) + " must be one row of " + columns.published()
                    + " numbers, a vector with the same Places");
        }
    }

    /** Refuses whole numbers that are not one a row. */
    static void requireRows(String name, IntArray ids) {
        if (ids.getSize() == 0 || ids.getSize() % Padding.LANES != 0) {
            throw new ShapeException(name + ": " + ids.getSize() + " ids, must be a multiple of " + Padding.LANES
                    + " above 0, as Tape.integers makes them");
        }
    }

    static void requireTurned(Tensor x, RotaryTables tables, int heads, int headVectors, int ropeAt) {
        long end = (heads - 1L) * headVectors + ropeAt + Padding.vectors(tables.dimension());
        if (heads < 1 || ropeAt < 0 || end > x.vectors() || tables.positions().getSize() != x.rows()) {
            throw new ShapeException(of(x) + " cannot be turned: " + heads + " heads end at vector " + end + " of "
                    + x.vectors() + ", and " + tables.positions().getSize() + " positions must be one a row");
        }
    }

    static void requireAttention(String name, AttentionHeads shape, Tensor q, Tensor kv, @Nullable Tensor kr,
            IntArray spans) {
        requireWidth(name, q, shape.queries());
        requireWidth(name, kv, shape.keys());
        requireSequences(name, q, shape.sequences());
        requireSequences(name, kv, shape.sequences());
        if (kr == null ? shape.rope() > 0 : shape.rope() == 0) {
            throw new ShapeException(name + ": a rotary part of " + shape.rope() + " floats "
                    + (kr == null ? "needs rotary keys" : "has no rotary keys"));
        }
        if (kr != null && (kr.rows() != kv.rows() || kr.vectors() != shape.ropeVectors())) {
            throw new ShapeException(name + ": rotary keys " + of(kr) + " do not go with " + of(kv) + " and "
                    + shape.rope() + " floats that turn");
        }
        if (spans.getSize() < 2L * q.rows()) {
            throw new ShapeException(
                    name + ": " + spans.getSize() + " numbers of spans, must be two a row of " + of(q));
        }
        requireIndex(name, (long) Math.max(q.rows(), kv.rows()) * shape.heads());
    }

    /** By vectors alone, since numbers of a head may stand in another order. */
    private static void requireWidth(String name, Tensor x, Places columns) {
        if (x.columns().published() != columns.published() || x.vectors() != columns.vectors()) {
            throw new ShapeException(name + ": rows of " + of(x) + " fill " + x.vectors() + " vectors, must have "
                    + columns.published() + " numbers in " + columns.vectors() + ", see AttentionHeads");
        }
    }

    private static void requireSequences(String name, Tensor x, int sequences) {
        if (sequences < 1 || x.rows() % (sequences * (long) Padding.LANES) != 0) {
            throw new ShapeException(name + ": rows of " + of(x) + " cannot be divided among " + sequences
                    + " sequences, each a multiple of " + Padding.LANES);
        }
    }

    /** Refuses a number of parts that an int cannot count. */
    static void requireIndex(String name, long parts) {
        if (parts > Sizes.MOST) {
            throw new ShapeException(
                    name + " has " + parts + " parts, must be at most " + Sizes.MOST + "; use fewer rows");
        }
    }

    static void requireMixture(String name, Tensor x, Tensor logits, MixtureShape shape, List<Parameter> matrices) {
        if (logits.rows() != x.rows() || !logits.columns().equals(Places.plain(shape.experts()))) {
            throw new ShapeException(
                    name + ": logits " + of(logits) + " must be [" + x.rows() + ", " + shape.experts() + "]");
        }
        requireIndex(name, (long) x.rows() * shape.topK() + (shape.experts() + 1L) * Padding.LANES);
        Places inner = Places.plain(shape.inner());
        Places outputs = Places.blocks(shape.experts(), shape.inner());
        requireMatrix(name, matrices.get(0), outputs, x.columns());
        requireMatrix(name, matrices.get(1), outputs, x.columns());
        requireMatrix(name, matrices.get(2), Places.blocks(shape.experts(), x.columns().published()), inner);
    }

    private static void requireMatrix(String name, Parameter w, Places rows, Places columns) {
        if (!w.rows().equals(rows) || !w.tensor().columns().equals(columns)) {
            throw new ShapeException(
                    name + ": " + w.name() + " is [" + w.rows().published() + ", " + w.tensor().columns().published()
                            + "], must be [" + rows.published() + ", " + columns.published() + "], see Places.blocks");
        }
    }
}
