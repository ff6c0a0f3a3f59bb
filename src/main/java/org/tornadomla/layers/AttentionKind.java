package org.tornadomla.layers;

import java.util.Set;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.Rows;

/**
 * Latent attention: projects in the graph that is open, attends in one of two ways, and ends in a graph behind that.
 */
public final class AttentionKind implements BlockKind<AttentionBlock> {

    /** Scratch [T, heads v]: what attention found. */
    static final String VALUES = "values";

    @Override
    public Class<AttentionBlock> block() {
        return AttentionBlock.class;
    }

    @Override
    public String normStep() {
        return "attention_norm";
    }

    @Override
    public String normBuffer() {
        return "n_input";
    }

    @Override
    public void scratch(AttentionBlock block, Capacity capacity, Scratch scratch) {
        MlaConfig config = block.config();
        scratch.needRows(VALUES, "attended values", capacity.tokens(), scratch.family().values(config));
    }

    @Override
    public long bytes(AttentionBlock block, KernelFamily family, FormatChoice formats, Set<Attending> ways) {
        long bytes = family.attentionBytes(new AttentionShape(block.config()), formats, ways);
        return ownIndexer(block.config()) ? bytes + family.indexerBytes(block.config()) : bytes;
    }

    @Override
    public PackedBlock pack(AttentionBlock block, NamedWeights source, KernelFamily family, MatrixPacker packer,
            Set<Attending> ways) {
        AttentionShape shape = new AttentionShape(block.config());
        Optional<PackedIndex> index = ownIndexer(block.config())
                ? Optional.of(family.indexer(block.config(), source))
                : Optional.empty();
        return new Packed(block.config(), family.attention(shape, MlaWeights.of(block.config(), source), ways, packer),
                index);
    }

    private static boolean ownIndexer(MlaConfig config) {
        return config.indexer().isPresent() && !config.indexer().get().shared();
    }

    /**
     * Attention with its weights.
     *
     * @param config  sizes
     * @param weights packed
     * @param index   weights of the layer's own indexer, where it has one
     */
    public record Packed(MlaConfig config, PackedAttention weights,
            Optional<PackedIndex> index) implements PackedBlock {

        @Override
        public void register(Buffers buffers, String prefix) {
            weights.register(buffers, prefix);
            index.ifPresent(own -> own.register(buffers, prefix));
        }

        @Override
        public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
            AttentionSteps steps = steps(place, room);
            Rows values = room.buffers().scratch().rows(VALUES, room.family().values(config));
            cycle.steps().addAll(steps.project(place.x()));
            List<GraphSpec> ways = new ArrayList<>();
            for (Attending way : room.attention().masks().keySet()) {
                ways.add(new GraphSpec("attend_" + way.name().toLowerCase(Locale.ROOT) + "_" + place.label(),
                        steps.attend(way, values)).when(way));
            }
            cycle.fork(ways, "layer_" + place.label());
            cycle.steps().addAll(steps.output(values, room.buffers().x(), true));
        }

        private AttentionSteps steps(BlockPlace place, DecoderRoom room) {
            AttentionShape shape = new AttentionShape(config);
            if (config.indexer().isEmpty()) {
                return room.attention().layer(shape, weights, room.step(), place.pools().getFirst());
            }
            return room.attention().sparse(shape, weights, room.step(), place.pools().getFirst(),
                    index.map(own -> new AttentionRoom.OwnIndex(own, place.pools().getLast())));
        }
    }
}
