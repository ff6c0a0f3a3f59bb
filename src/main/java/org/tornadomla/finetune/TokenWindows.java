package org.tornadomla.finetune;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.tornadomla.error.ShapeException;

/**
 * A text in windows that follow each other. A window has one token more than is read: each token is to be predicted
 * from those before it. Which windows a step takes depends on the seed and the step alone, so that a training that is
 * taken up again needs to remember no more than the step.
 */
public final class TokenWindows {

    private final String name;
    private final int[] ids;
    private final int length;
    private final int count;

    /**
     * The windows of a text.
     *
     * @param name   what the text is, for messages
     * @param ids    the text
     * @param length tokens of a window that are read
     * @throws ShapeException when the text has not one window
     */
    public TokenWindows(String name, int[] ids, int length) {
        this.name = name;
        this.ids = ids.clone();
        this.length = length;
        this.count = (ids.length - 1) / length;
        if (count < 1) {
            throw new ShapeException(name + " has " + ids.length + " tokens, a window of " + length + " needs "
                    + (length + 1) + "; give a longer text, or shorter windows");
        }
    }

    /**
     * Divides a text: the last part of it is held out.
     *
     * @param share of the tokens that are held out, above 0 and below 1
     * @return the text that is trained on, and that which is not
     * @throws ShapeException when one of them has not one window
     */
    public static TokenWindows[] divided(String name, int[] ids, int length, double share) {
        int held = (int) Math.round(ids.length * share);
        return new TokenWindows[]{
            new TokenWindows(name + " without what is held out", Arrays.copyOf(ids, ids.length - held), length),
            new TokenWindows("the part of " + name + " that is held out",
                    Arrays.copyOfRange(ids, ids.length - held, ids.length), length)};
    }

    /** Windows. */
    public int count() {
        return count;
    }

    /** What the text is. */
    String name() {
        return name;
    }

    /** [length + 1], a window. */
    int[] window(int index) {
        return Arrays.copyOfRange(ids, index * length, (index + 1) * length + 1);
    }

    /**
     * The windows of a step: all windows come in an order of their own in every pass through the text.
     *
     * @param step  from 0 on
     * @param batch windows of a step
     */
    int[][] batch(long seed, int step, int batch) {
        int[][] windows = new int[batch][];
        long pass = -1;
        int[] order = {};
        for (int i = 0; i < batch; i++) {
            long at = (long) step * batch + i;
            if (at / count != pass) {
                pass = at / count;
                order = order(seed, pass);
            }
            windows[i] = window(order[(int) (at % count)]);
        }
        return windows;
    }

    private int[] order(long seed, long pass) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + pass);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    /** Some windows, spread over the text evenly; all where there are no more. */
    int[][] spread(int most) {
        int taken = Math.min(most, count);
        int[][] windows = new int[taken][];
        for (int i = 0; i < taken; i++) {
            windows[i] = window((int) ((long) i * count / taken));
        }
        return windows;
    }

    /** A number of all tokens: another text has another one. */
    int fingerprint() {
        return 31 * Arrays.hashCode(ids) + length;
    }
}
