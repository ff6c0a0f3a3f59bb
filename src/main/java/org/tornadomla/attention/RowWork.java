package org.tornadomla.attention;

import java.util.Objects;
import java.util.Optional;

import org.tornadomla.cache.CachedSequence;
import org.tornadomla.driver.Work;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A row of a batch of token vectors, as work of a layer. Every token's result is wanted. */
final class RowWork implements Work, Work.MaskRows {

    private final AttentionPlan plan;
    private final CachedSequence sequence;
    private final Tokens x;
    private final int row;
    private final float[] y;

    /** @param y takes the results, [batch, tokens, hidden] floats */
    RowWork(AttentionPlan plan, CachedSequence sequence, Tokens x, int row, float[] y) {
        this.plan = plan;
        this.sequence = sequence;
        this.x = x;
        this.row = row;
        this.y = y;
    }

    @Override
    public CachedSequence sequence() {
        return sequence;
    }

    @Override
    public int tokens() {
        return x.length(row);
    }

    private int offset(int token) {
        return (row * x.tokens() + token) * x.width();
    }

    @Override
    public void place(int token, int place) {
        plan.place(x.values(), offset(token), place);
    }

    @Override
    public int position(int token, int counted) {
        return x.positions() == null ? counted : x.positions()[row * x.tokens() + token];
    }

    @Override
    public boolean causal() {
        return x.causal();
    }

    @Override
    public int window() {
        return x.window();
    }

    @Override
    public boolean wants(int token) {
        return true;
    }

    @Override
    public void take(int token, int index) {
        plan.read(index, y, offset(token));
    }

    @Override
    public Optional<MaskRows> mask() {
        return x.mask() == null ? Optional.empty() : Optional.of(this);
    }

    /** The mask of a row that has one. */
    private Mask given() {
        return Objects.requireNonNull(x.mask());
    }

    @Override
    public int floats() {
        return given().heads() * given().keys();
    }

    @Override
    public int headStride() {
        return given().heads() == 1 ? 0 : given().keys();
    }

    @Override
    public void copy(int token, FloatArray target, int at) {
        Mask mask = given();
        int batchRow = mask.batch() == 1 ? 0 : row;
        int to = at;
        for (int head = 0; head < mask.heads(); head++) {
            int from = ((batchRow * mask.heads() + head) * mask.queries() + token) * mask.keys();
            for (int key = 0; key < mask.keys(); key++) {
                target.set(to++, mask.finite(from + key));
            }
        }
    }
}
