package org.tornadomla.layers;

import java.util.Set;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.NumberFormat;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Latent attention: projects in the graph that is open, attends in one of two ways, and ends in a graph behind that.
 */
public final class AttentionKind implements BlockKind<AttentionBlock> {

    /** Scratch [T, heads, v] floats: what attention found. */
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
        scratch.needFloats(VALUES, "attended values", (long) capacity.tokens() * config.numHeads() * config.vHeadDim());
    }

    @Override
    public long bytes(AttentionBlock block, NumberFormat type, Set<Attending> ways) {
        return AttentionWeights.bytes(new AttentionShape(block.config()), type, ways);
    }

    @Override
    public PackedBlock pack(AttentionBlock block, NamedWeights source, MatrixPacker packer, Set<Attending> ways) {
        AttentionShape shape = new AttentionShape(block.config());
        return new Packed(shape, AttentionWeights.pack(shape, MlaWeights.of(block.config(), source), ways, packer));
    }

    /**
     * Attention with its weights.
     *
     * @param shape   sizes
     * @param weights packed
     */
    public record Packed(AttentionShape shape, AttentionWeights weights) implements PackedBlock {

        @Override
        public void register(Buffers buffers, String prefix) {
            weights.register(buffers, prefix);
        }

        @Override
        public void steps(BlockPlace place, DecoderRoom room, CycleBuilder cycle) {
            AttentionGraphs graphs = new AttentionGraphs(shape, weights, room.attention(), room.step(),
                    place.pools().getFirst(), room.variants());
            FloatArray values = room.buffers().scratch().floats(VALUES);
            cycle.steps()
                    .addAll(graphs.project(room.buffers().normed(), Padding.toVectors(shape.config().hiddenSize())));
            List<GraphSpec> ways = new ArrayList<>();
            ways.add(new GraphSpec("attend_absorbed_" + place.label(), graphs.attendAbsorbed(values))
                    .when(Attending.ABSORBED));
            if (room.attention().expanded() != null) {
                ways.add(new GraphSpec("attend_expanded_" + place.label(), graphs.attendExpanded(values))
                        .when(Attending.EXPANDED));
            }
            cycle.fork(ways, "layer_" + place.label());
            cycle.steps()
                    .addAll(graphs.output(values, room.buffers().x(), shape.hiddenColumns() / Padding.LANES, true));
        }
    }
}
