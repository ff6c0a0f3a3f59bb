package org.tornadomla.layers;

import java.util.Set;

import org.tornadomla.config.DenseBlock;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.NamedWeights;

/** A gated feed-forward that every token passes. */
public final class DenseKind implements BlockKind<DenseBlock> {

    @Override
    public Class<DenseBlock> block() {
        return DenseBlock.class;
    }

    @Override
    public String normStep() {
        return "ffn_norm";
    }

    @Override
    public String normBuffer() {
        return "n_attention";
    }

    @Override
    public void scratch(DenseBlock block, Capacity capacity, Scratch scratch) {
        FeedForwardShape.of(block).scratch(scratch, capacity.tokens());
    }

    @Override
    public long bytes(DenseBlock block, KernelFamily family, FormatChoice formats, Set<Attending> ways) {
        return FeedForwardShape.of(block).bytes(family, formats.of(Projections.GATE, Projections.UP),
                formats.of(Projections.DOWN), 1);
    }

    @Override
    public PackedBlock pack(DenseBlock block, NamedWeights source, KernelFamily family, MatrixPacker packer,
            Set<Attending> ways) {
        FeedForwardShape shape = FeedForwardShape.of(block);
        PackedMatrix gateUp = shape.gateUp(family, packer.of(Projections.GATE, Projections.UP), 1);
        PackedMatrix down = shape.down(packer.of(Projections.DOWN), 1);
        Projections.of(source).pack(shape, family, 0, gateUp, down);
        return new Packed(shape, gateUp, down);
    }

    /**
     * A dense feed-forward with its weights.
     *
     * @param shape  sizes
     * @param gateUp gate and up projection together
     * @param down   down projection
     */
    public record Packed(FeedForwardShape shape, PackedMatrix gateUp, PackedMatrix down) implements PackedBlock {

        @Override
        public void register(Buffers buffers, String prefix) {
            gateUp.register(buffers, prefix + "w_gate_up");
            down.register(buffers, prefix + "w_down");
        }

        @Override
        public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
            StepList steps = cycle.steps();
            DecoderBuffers buffers = room.buffers();
            RowGroups tokens = RowGroups.all(room.step().array(), StepLayout.TOKENS);
            Rows rows = shape.gateUpRows(buffers.scratch());
            gateUp.product(steps, Product.gateUp(place.step("gate_up"), place.x(), tokens, buffers.none(), rows));
            Rows gated = room.family().gated(steps, place.step("swiglu"), rows, shape.intermediate(), room.step(),
                    StepLayout.TOKENS, shape.gatedRows(buffers.scratch()));
            down.product(steps,
                    new Product(place.step("down"), gated, tokens, buffers.none(), false, buffers.x(), true));
        }
    }
}
