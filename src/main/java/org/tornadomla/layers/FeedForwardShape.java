package org.tornadomla.layers;

import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.graph.Grid;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.MatrixShape;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.SwiGlu;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.NumberFormat;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Sizes of a gated feed-forward in the units of the kernels.
 *
 * @param hiddenSize   width of a token
 * @param intermediate width in between
 */
public record FeedForwardShape(int hiddenSize, int intermediate) {

    private static final String GATE_UP = "gate_up";
    private static final String GATED = "gated";

    /** Vectors of a row in between. */
    int vectors() {
        return Padding.vectors(intermediate);
    }

    /** Output columns of gate and up together, each padded to vectors. */
    int gateUpColumns() {
        return Padding.toMultiple(2 * vectors() * Padding.LANES, MatMul.BLOCK);
    }

    /** Output columns of the layer. */
    int hiddenColumns() {
        return Padding.toMultiple(hiddenSize, MatMul.BLOCK);
    }

    /** Row of [gate, up], stacked, for a column of both together; -1 for padding. */
    int gateUpRow(int column) {
        int half = vectors() * Padding.LANES;
        int place = column % half;
        return place < intermediate && column < 2 * half ? column / half * intermediate + place : -1;
    }

    /** Room for the gate and up projections of some experts. */
    public PackedMatrix gateUp(MatrixPacker packer, long experts) {
        return packer.allocate("gate and up projection", experts, gateUpColumns(), hiddenSize);
    }

    /** Room for the down projections of some experts. */
    public PackedMatrix down(MatrixPacker packer, long experts) {
        return packer.allocate("down projection", experts, hiddenSize, intermediate);
    }

    /** How many experts' projections fit one buffer each, at least 0. */
    long most(MatrixPacker packer) {
        return Math.min(packer.most(gateUpColumns(), hiddenSize), packer.most(hiddenSize, intermediate));
    }

    /** Bytes of a buffer that has room for the numbers of either projection of some experts, and of no more of them. */
    public long bufferBytes(NumberFormat type, long experts) {
        long places = Math.max(type.places(MatrixShape.product(experts, gateUpColumns(), hiddenSize)),
                type.places(MatrixShape.product(experts, hiddenSize, intermediate)));
        return places * type.bits() / Byte.SIZE + TornadoNativeArray.ARRAY_HEADER;
    }

    /** Bytes of some experts' projections. */
    public long bytes(NumberFormat type, long experts) {
        return type.bytes(experts, gateUpColumns(), hiddenSize) + type.bytes(experts, hiddenSize, intermediate);
    }

    /** Asks for the two arrays that a feed-forward works in. */
    void scratch(Scratch scratch, long rows) {
        scratch.needVectors(GATE_UP, "gate and up", rows * gateUpColumns());
        scratch.needFloats(GATED, "gated rows", rows * vectors() * Padding.LANES);
    }

    /** Scratch [rows, gateUpColumns]: gate and up. */
    VectorFloat16 gateUpRows(Scratch scratch) {
        return scratch.vectors(GATE_UP);
    }

    /** Scratch [rows, intermediate padded to vectors] floats: their product. */
    FloatArray gatedRows(Scratch scratch) {
        return scratch.floats(GATED);
    }

    /** Adds the step between the two products. */
    void swiGlu(BlockPlace place, StepList steps, Scratch scratch, StepBuffer step, int rowsAt) {
        steps.add(place.step("swiglu"), Grid.loop(vectors()), SwiGlu::rows, gateUpRows(scratch), step.array(), rowsAt,
                vectors(), gateUpColumns() / Padding.LANES, gatedRows(scratch));
    }

    /** The shape of a dense block. */
    public static FeedForwardShape of(DenseBlock block) {
        return new FeedForwardShape(block.hiddenSize(), block.intermediate());
    }

    /** The shape of one expert. */
    public static FeedForwardShape of(MixtureBlock block) {
        return new FeedForwardShape(block.hiddenSize(), block.config().moeIntermediateSize());
    }
}
