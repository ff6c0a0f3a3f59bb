package org.tornadomla.layers;

import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Sizes;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;

/**
 * Sizes of a gated feed-forward in the units of the kernels.
 *
 * @param hiddenSize   width of a token
 * @param intermediate width in between
 */
public record FeedForwardShape(int hiddenSize, int intermediate) {

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

    /** Bytes of some experts' projections. */
    long bytes(NumberFormat format, long experts) {
        return format.bytes(experts, gateUpColumns(), hiddenSize) + format.bytes(experts, hiddenSize, intermediate);
    }

    /** The shape of one expert. */
    public static FeedForwardShape expert(int hiddenSize, MoeConfig experts) {
        return new FeedForwardShape(hiddenSize, experts.moeIntermediateSize());
    }
}
