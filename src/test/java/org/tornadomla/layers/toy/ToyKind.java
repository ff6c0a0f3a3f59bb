package org.tornadomla.layers.toy;

import java.util.Set;

import org.tornadomla.layers.Attending;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.layers.BlockKind;
import org.tornadomla.layers.BlockPlace;
import org.tornadomla.layers.CycleBuilder;
import org.tornadomla.layers.DecoderBuffers;
import org.tornadomla.layers.DecoderRoom;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.PackedBlock;
import org.tornadomla.layers.Scratch;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.Rows;

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
        scratch.needRows("toy_once", "toy rows", capacity.tokens(), scratch.family().written(block.width()));
        scratch.needRows("toy_rows", "toy rows", capacity.tokens(), scratch.family().read(block.width()));
    }

    @Override
    public long bytes(ToyBlock block, KernelFamily family, FormatChoice formats, Set<Attending> ways) {
        return family.packer(formats, Long.MAX_VALUE).of("mix.weight").bytes(1, block.width(), block.width());
    }

    @Override
    public PackedBlock pack(ToyBlock block, NamedWeights source, KernelFamily family, MatrixPacker packer,
            Set<Attending> ways) {
        return new Packed(block,
                packer.of("mix.weight").columns("toy", source.matrix("mix.weight"), block.width(), i -> i));
    }

    private record Packed(ToyBlock block, PackedMatrix mix) implements PackedBlock {

        @Override
        public void register(Buffers buffers, String prefix) {
            mix.register(buffers, prefix + "w_toy");
        }

        @Override
        public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
            KernelFamily family = room.family();
            DecoderBuffers buffers = room.buffers();
            RowGroups tokens = RowGroups.all(room.step().array(), StepLayout.TOKENS);
            Rows once = buffers.scratch().rows("toy_once", family.written(block.width()));
            mix.product(cycle.steps(),
                    new Product(place.step("toy_once"), place.x(), tokens, buffers.none(), false, once, false));
            Rows rows = family.read(cycle.steps(), place.step("toy_rows"), once, block.width(), room.step(),
                    StepLayout.TOKENS, room.step().capacity().tokens(),
                    buffers.scratch().rows("toy_rows", family.read(block.width())));
            mix.product(cycle.steps(),
                    new Product(place.step("toy_twice"), rows, tokens, buffers.none(), false, buffers.x(), true));
        }
    }
}
