package org.tornadomla.tutorial;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.Tape;
import org.tornadomla.training.Tensor;

/** A network that is being drawn: a tape, and weights that begin with seeded random numbers. */
final class NetworkBuilder {

    private final Tape tape = new Tape();
    private final SplittableRandom random;
    private final Places width;

    NetworkBuilder(long seed, int width) {
        this.random = new SplittableRandom(seed);
        this.width = Places.plain(width);
    }

    Tape tape() {
        return tape;
    }

    /** Numbers of a letter. */
    Places width() {
        return width;
    }

    // page: weights
    /** A matrix that begins with small random numbers. */
    Parameter matrix(String name, Places rows, Places columns) {
        Parameter matrix = tape.parameter(name, rows, columns);
        float[] values = new float[matrix.size()];
        double bound = Math.sqrt(3.0 / columns.published());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        matrix.set(values);
        return matrix;
    }

    /** A row that begins with one number in all places. */
    Parameter row(String name, Places columns, float value) {
        Parameter row = tape.vector(name, columns);
        float[] values = new float[row.size()];
        Arrays.fill(values, value);
        row.set(values);
        return row;
    }

    /** y = x W^T + b. */
    Tensor linear(String name, Tensor x, Places outputs) {
        return tape.linear(name, x, matrix(name + "_w", outputs, x.columns()), row(name + "_b", outputs, 0));
    }
    // end
}
