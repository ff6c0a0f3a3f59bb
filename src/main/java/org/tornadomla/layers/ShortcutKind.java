package org.tornadomla.layers;

import java.util.Optional;
import java.util.Set;

import org.tornadomla.config.ShortcutBlock;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;

/**
 * A dense feed-forward with a mixture beside it, whose result waits in the arrays of its experts until the second
 * feed-forward of the layer.
 */
public final class ShortcutKind implements BlockKind<ShortcutBlock> {

    private static final DenseKind DENSE = new DenseKind();
    private static final MixtureKind MIXTURE = new MixtureKind();

    @Override
    public Class<ShortcutBlock> block() {
        return ShortcutBlock.class;
    }

    @Override
    public String normStep() {
        return DENSE.normStep();
    }

    @Override
    public String normBuffer() {
        return DENSE.normBuffer();
    }

    @Override
    public void scratch(ShortcutBlock block, Capacity capacity, Scratch scratch) {
        DENSE.scratch(block.dense(), capacity, scratch);
        MIXTURE.scratch(block.mixture(), capacity, scratch);
    }

    @Override
    public long bytes(ShortcutBlock block, KernelFamily family, FormatChoice formats, Set<Attending> ways) {
        return DENSE.bytes(block.dense(), family, formats.under(block.dense().prefix()), ways) + (block.opens()
                ? MIXTURE.bytes(block.mixture(), family, formats.under(block.mixture().prefix()), ways)
                : 0);
    }

    @Override
    public PackedBlock pack(ShortcutBlock block, NamedWeights source, KernelFamily family, MatrixPacker packer,
            Set<Attending> ways) {
        PackedBlock dense = DENSE.pack(block.dense(), source.under(block.dense().prefix()), family,
                packer.under(block.dense().prefix()), ways);
        Optional<PackedMixture> mixture = block.opens()
                ? Optional.of(MIXTURE.pack(block.mixture(), source.under(block.mixture().prefix()), family,
                        packer.under(block.mixture().prefix()), ways))
                : Optional.empty();
        return new Packed(block, dense, mixture);
    }

    /**
     * A feed-forward with its weights, and with those of the mixture that it computes.
     *
     * @param block   sizes
     * @param dense   packed
     * @param mixture packed; empty for the half that adds what the other computed
     */
    public record Packed(ShortcutBlock block, PackedBlock dense,
            Optional<PackedMixture> mixture) implements PackedBlock {

        @Override
        public void register(Buffers buffers, String prefix) {
            dense.register(buffers, prefix);
            mixture.ifPresent(packed -> packed.register(buffers, prefix));
        }

        @Override
        public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
            // The mixture comes first: both read a norm of the stream that the other one adds to.
            mixture.ifPresent(packed -> packed.outputs(place, room, cycle));
            // Both have steps of the same names.
            dense.steps(new BlockPlace(place.label(), place.again() + 1, place.pools(), place.x(), place.behind()),
                    room, cycle);
            if (mixture.isEmpty()) {
                MixtureKind.sum(place, block.mixture(), room, cycle);
            }
        }
    }
}
