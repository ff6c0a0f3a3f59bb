package org.tornadomla.layers;

import java.util.Set;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.StepList;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.RowTable;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One way of computing everything, for one kind of device: layouts of weights, arrays of activations and pools, and a
 * step or a few for each operation. A device gets one family, whole. Blocks and models are written in its terms, and
 * look into none of its arrays.
 *
 * <p>Activations are of two kinds, since a family may keep them differently: rows that products write, and rows that
 * products read. {@link #read} leads from one to the other.
 */
public interface KernelFamily {

    /** What the family is made for, in a few words: {@code few cores}. */
    String name();

    /**
     * Why a device computes as it does.
     *
     * @return one sentence an operation that has more than one way
     */
    String reasons(Target target);

    /** An empty list of steps. */
    StepList steps();

    /** Packs the matrices of products. */
    MatrixPacker packer(FormatChoice formats, long bufferBytes);

    /** A norm's weight or the like, times a factor. */
    Object vector(float[] values, double factor);

    /** Bytes of what {@link #vector} makes. */
    long vectorBytes(int width);

    /**
     * A table of rows that are copied by number; filled later.
     *
     * @param format  in which it is held, one of {@link NumberFormat#ofTables}
     * @param table   [rows, width]
     * @param packer  packs matrices of any format
     * @param filling gets the work that reads the table, unless the packer puts it off
     */
    RowTable table(NumberFormat format, Matrix table, MatrixPacker packer, Filling filling);

    /** Bytes of what {@link #table} makes. */
    default long tableBytes(NumberFormat format, int rows, int width) {
        return format.inRows().bytes(1, rows, width);
    }

    /** What stands for a bias where there is none. */
    Object none();

    /** The array of a layer's pool, as tasks take it. */
    Object pool(LayerPool pool);

    /** Rows of some width that products write. */
    RowForm written(int width);

    /** Rows of some width that products read, and that come to the host. */
    RowForm read(int width);

    /** Rows of gate and up of a feed-forward, which products write. */
    RowForm gateUp(int intermediate);

    /** Rows of what attention finds, heads behind each other, which products read. */
    RowForm values(MlaConfig config);

    /** Outputs of gate and up together. */
    int gateUpOutputs(int intermediate);

    /** Row of [gate, up], stacked, for an output of both together; -1 for none. */
    int gateUpRow(int intermediate, int output);

    /**
     * The root mean square norm of rows.
     *
     * @param norm which rows, and where the result may go
     * @return the normed rows, as a product reads them
     */
    Rows norm(StepList steps, Norm norm);

    /**
     * Rows that a product wrote, as a product reads them, or the host.
     *
     * @param rowsAt where the number of rows stands in step
     * @param most   most rows
     * @param to     where they may go
     */
    Rows read(StepList steps, String name, Rows from, int width, StepBuffer step, int rowsAt, int most, Rows to);

    /** Most candidates that {@link #best} finds in a row; 0 where the family has no such step. */
    default int mostBest() {
        return 0;
    }

    /** Floats that {@link #best} works in for a row of some width. */
    default int bestScratch(int width) {
        return 0;
    }

    /**
     * Finds the largest logits of each output row, so that few numbers come to the host.
     *
     * @param width   logits of a row
     * @param scratch [rows, bestScratch]
     * @param best    [rows] records: how many logits are finite, then as many as are wanted in falling order, of equal
     *                    ones the first, each with its place behind it
     */
    default void best(StepList steps, Rows logits, int width, StepBuffer step, FloatArray scratch, FloatArray best) {
        throw new ConfigurationException("the family of " + name() + " has no kernel for candidates");
    }

    /** Whether a norm of all tokens is a step that leaves rows of its own, and not a note on the rows that it is of. */
    boolean normsApart();

    /** What lies between the two products of a feed-forward: silu(gate) * up. */
    Rows gated(StepList steps, String name, Rows gateUp, int intermediate, StepBuffer step, int rowsAt, Rows to);

    /** Chooses each token's experts, and sorts rows by expert. */
    void route(StepList steps, Routing routing);

    /**
     * Puts the input of experts without weights where the outputs of experts stand.
     *
     * @param x input of the block
     * @throws ConfigurationException where the family has no kernel for it
     */
    default void passOn(StepList steps, Routing routing, int width, Rows x, Rows parts) {
        throw new ConfigurationException("experts that pass their input on (zero_expert_num) have no kernel for "
                + name() + "; choose another device");
    }

    /**
     * Adds what a token's experts computed, each times its weight, to the residual stream; where a norm stands behind
     * the block, the norm of their sum.
     */
    void sum(StepList steps, Routing routing, int width, Rows parts, Rows x);

    /** Packs the weights of an attention layer. */
    PackedAttention attention(AttentionShape shape, MlaWeights weights, Set<Attending> ways, MatrixPacker packer);

    /** Bytes of what {@link #attention(AttentionShape, MlaWeights, Set, MatrixPacker)} makes. */
    long attentionBytes(AttentionShape shape, FormatChoice formats, Set<Attending> ways);

    /**
     * Packs the weights of a layer's indexer, in 32-bit numbers, since a rounding could choose another key.
     *
     * @param source gives weights by their names without the attention's prefix
     */
    PackedIndex indexer(MlaConfig config, NamedWeights source);

    /** Bytes of what {@link #indexer} makes. */
    long indexerBytes(MlaConfig config);

    /** Allocates and registers what the attention layers of a plan share. */
    AttentionRoom attention(AttentionShape shape, Capacity capacity, CacheType cache, Buffers buffers);

    /**
     * A norm as a step of a graph.
     *
     * @param name   of the step
     * @param x      rows that products write
     * @param weight as {@link #vector} makes it
     * @param width  numbers of a row
     * @param eps    added to the mean square
     * @param step   counts
     * @param rowsAt where the number of rows stands in step
     * @param listAt where the list of rows stands in step; -1 for the first ones
     * @param most   most rows
     * @param to     where they may go
     */
    record Norm(String name, Rows x, Object weight, int width, float eps, StepBuffer step, int rowsAt, int listAt,
            int most, Rows to) {
    }
}
