package org.tornadomla.weights;

import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.RowBlock;

/**
 * The weight of a matrix product, or of one an expert or a head, in the layout and number format of its kernels. A
 * format makes one for each {@link MatrixUse}, and implements what that use asks for.
 */
public abstract class PackedMatrix implements RowTable {

    private final NumberFormat format;
    private final MatrixShape shape;
    private @Nullable Filling filling;

    PackedMatrix(NumberFormat format, MatrixShape shape) {
        this.format = format;
        this.shape = shape;
    }

    /** Puts packing off; null packs at once. */
    final PackedMatrix filledBy(@Nullable Filling later) {
        filling = later;
        return this;
    }

    private void fill(long numbers, Runnable work) {
        if (filling == null) {
            work.run();
        } else {
            filling.add(numbers, work);
        }
    }

    /** The number format. */
    public final NumberFormat format() {
        return format;
    }

    /** Use and sizes. */
    public final MatrixShape shape() {
        return shape;
    }

    /**
     * Packs a matrix.
     *
     * @param index  which of the matrices; zeros are where it goes
     * @param weight as published, of at most as many inputs as the shape says; the others stay 0
     * @param row    the row of the weight that an output takes, or -1 for none
     * @throws org.tornadomla.error.ConfigurationException when a weight is beyond the largest number of the format
     */
    public final void put(int index, Matrix weight, IntUnaryOperator row) {
        fill((long) shape.outputs() * weight.columns(),
                () -> Packing.eachBlock(weight, shape.outputs(), MatMul.BLOCK, row, rows -> putBlock(index, rows)));
    }

    /**
     * Packs all matrices where the use is {@link MatrixUse#ABSORBED_QUERY}, an input at a time.
     *
     * @param weight rows of one number an output
     * @param inputs how many inputs of each matrix have a row; the others stay 0
     * @param row    the row of the weight that an input of a matrix takes
     */
    public final void putInputs(Matrix weight, int inputs, IntBinaryOperator row) {
        int matrices = Math.toIntExact(shape.matrices());
        fill((long) matrices * inputs * weight.columns(),
                () -> IntStream.range(0, matrices).parallel().forEach(index -> Packing.eachRowOf(weight.reader(),
                        inputs, input -> row.applyAsInt(index, input), rows -> putInput(index, rows))));
    }

    /**
     * Packs a block of {@link MatMul#BLOCK} outputs, the last of a matrix with fewer. Different blocks are packed by
     * different threads.
     *
     * @param index which of the matrices
     * @param rows  of the outputs; weights of outputs without a row are 0
     */
    protected abstract void putBlock(int index, RowBlock rows);

    /**
     * Packs the weights of an input where the use is {@link MatrixUse#ABSORBED_QUERY}. Different matrices are packed by
     * different threads.
     *
     * @param index which of the matrices; zeros are where they go
     * @param row   of the input, whose number is {@link RowBlock#first()}: one weight an output
     */
    protected abstract void putInput(int index, RowBlock row);

    /** The weight that the kernels multiply with: what was given, rounded to the format. */
    public abstract double number(int index, int output, int input);

    /** Fills all with random weights of at most about 1, those behind the last output included. */
    public abstract void fill(SplittableRandom random);

    @Override
    public abstract void register(Buffers buffers, String name);

    /** Adds the copying of rows by number, where the matrix is a table of them. */
    @Override
    public void copy(StepList steps, RowCopy copy) {
        throw other("rows by number");
    }

    /** Adds a matrix product. */
    public abstract void product(StepList steps, Product product);

    /** Adds the way of queries into the latent space, a matrix a head. */
    public void absorbedQuery(StepList steps, AbsorbedQueries queries) {
        throw other("queries into the latent space");
    }

    /** Adds the way of attended latents to values, a matrix a head. */
    public void valueUp(StepList steps, AttendedValues values) {
        throw other("latents to values");
    }

    /** Adds the way of queries into the latent space, with rows of the expansion. */
    public void absorbedQuery(StepList steps, HeadQueries queries) {
        throw other("queries by rows of the expansion");
    }

    /** Adds the way of attended latents to values, with rows of the expansion. */
    public void valueUp(StepList steps, HeadValues values) {
        throw other("values by rows of the expansion");
    }

    private IllegalStateException other(String what) {
        return new IllegalStateException("a matrix packed as " + getClass().getName() + " takes no " + what);
    }
}
