package org.tornadomla.layers;

import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Rows;
import org.tornadomla.weights.NumberFormat;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Sizes of a gated feed-forward.
 *
 * @param hiddenSize   width of a token
 * @param intermediate width in between
 */
public record FeedForwardShape(int hiddenSize, int intermediate) {

    private static final String GATE_UP = "gate_up";
    private static final String GATED = "gated";

    /** Room for the gate and up projections of some experts. */
    public PackedMatrix gateUp(KernelFamily family, MatrixPacker packer, long experts) {
        return packer.allocate("gate and up projection", experts, family.gateUpOutputs(intermediate), hiddenSize);
    }

    /** Room for the down projections of some experts. */
    public PackedMatrix down(MatrixPacker packer, long experts) {
        return packer.allocate("down projection", experts, hiddenSize, intermediate);
    }

    /** How many experts' projections fit one buffer each, at least 0. */
    long most(KernelFamily family, MatrixPacker gateUp, MatrixPacker down) {
        return Math.min(gateUp.most(family.gateUpOutputs(intermediate), hiddenSize),
                down.most(hiddenSize, intermediate));
    }

    /** Bytes of a buffer that has room for the numbers of either projection of some experts, and of no more of them. */
    public long bufferBytes(KernelFamily family, NumberFormat type, long experts) {
        MatrixPacker packer = family.packer(type, Long.MAX_VALUE);
        long places = Math.max(packer.places(experts, family.gateUpOutputs(intermediate), hiddenSize),
                packer.places(experts, hiddenSize, intermediate));
        return places * type.bits() / Byte.SIZE + TornadoNativeArray.ARRAY_HEADER;
    }

    /** Bytes of the matrices of some experts, those of gate and up in one format and those of down in one. */
    long bytes(KernelFamily family, NumberFormat gateUp, NumberFormat down, long experts) {
        return family.packer(gateUp, Long.MAX_VALUE).bytes(experts, family.gateUpOutputs(intermediate), hiddenSize)
                + family.packer(down, Long.MAX_VALUE).bytes(experts, hiddenSize, intermediate);
    }

    /** Asks for the two arrays that a feed-forward works in. */
    void scratch(Scratch scratch, long rows) {
        scratch.needRows(GATE_UP, "gate and up", rows, scratch.family().gateUp(intermediate));
        scratch.needRows(GATED, "gated rows", rows, scratch.family().read(intermediate));
    }

    /** Scratch: gate and up of rows. */
    Rows gateUpRows(Scratch scratch) {
        return scratch.rows(GATE_UP, scratch.family().gateUp(intermediate));
    }

    /** Scratch [rows, intermediate]: their product. */
    Rows gatedRows(Scratch scratch) {
        return scratch.rows(GATED, scratch.family().read(intermediate));
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
