package org.tornadomla.layers.toy;

import java.util.Set;

import org.tornadomla.layers.Attending;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Grid;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.layers.BlockKind;
import org.tornadomla.layers.BlockPlace;
import org.tornadomla.layers.CycleBuilder;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.DecoderRoom;
import org.tornadomla.layers.PackedBlock;
import org.tornadomla.layers.Scratch;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.NumberFormat;

/** The device part: two products with the same matrix, through scratch of its own. */
public final class ToyKind implements BlockKind<ToyBlock> {

    @Override
    public Class<ToyBlock> block() {
        return ToyBlock.class;
    }

    @Override
    public String normStep() {
        return "toy_norm";
    }

    @Override
    public String normBuffer() {
        return "n_toy";
    }

    @Override
    public void scratch(ToyBlock block, Capacity capacity, Scratch scratch) {
        scratch.needVectors("toy_once", "toy rows", (long) capacity.tokens() * columns(block));
        scratch.needFloats("toy_rows", "toy rows", (long) capacity.tokens() * Padding.toVectors(block.width()));
    }

    private static int columns(ToyBlock block) {
        return Padding.toMultiple(block.width(), MatMul.BLOCK);
    }

    @Override
    public long bytes(ToyBlock block, NumberFormat type, Set<Attending> ways) {
        return type.bytes(1, block.width(), block.width());
    }

    @Override
    public PackedBlock pack(ToyBlock block, NamedWeights source, MatrixPacker packer, Set<Attending> ways) {
        return new Packed(block, packer.columns("toy", source.matrix("mix.weight"), block.width(), i -> i));
    }

    private record Packed(ToyBlock block, PackedMatrix mix) implements PackedBlock {

        @Override
        public void register(Buffers buffers, String prefix) {
            mix.register(buffers, prefix + "w_toy");
        }

        @Override
        public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
            int width = block.width();
            int stride = columns(block) / Padding.LANES;
            DecoderBuffers buffers = room.buffers();
            Scratch scratch = buffers.scratch();
            RowGroups tokens = RowGroups.all(room.step().array(), StepLayout.TOKENS);
            mix.product(cycle.steps(), new Product(place.step("toy_once"), buffers.normed(), Padding.toVectors(width),
                    tokens, buffers.none(), false, new Product.Result(scratch.vectors("toy_once"), stride, false)));
            cycle.steps().add(place.step("toy_rows"), Grid.loop(room.step().capacity().tokens()), Unpack::rows,
                    scratch.vectors("toy_once"), room.step().array(), StepLayout.TOKENS, Padding.toVectors(width),
                    stride, scratch.floats("toy_rows"));
            mix.product(cycle.steps(),
                    new Product(place.step("toy_twice"), scratch.floats("toy_rows"), Padding.toVectors(width), tokens,
                            buffers.none(), false, new Product.Result(buffers.x(), stride, true)));
        }
    }
}
