package org.tornadomla.layers;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Claim;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What attention layers share in the family of few cores.
 *
 * @param buffers tables and scratch
 */
record FewCoresRoom(AttentionBuffers buffers) implements AttentionRoom {

    @Override
    public Map<Attending, FloatArray> masks() {
        Map<Attending, FloatArray> masks = new EnumMap<>(Attending.class);
        masks.put(Attending.ABSORBED, buffers.absorbed().mask());
        if (buffers.expanded() != null) {
            masks.put(Attending.EXPANDED, buffers.expanded().mask());
        }
        return masks;
    }

    @Override
    public void claim(StepList steps, StepBuffer step, Rows values) {
        AttentionBuffers.Absorbed absorbed = buffers.absorbed();
        if (absorbed.widened() != null) {
            steps.add("claim_absorbed", Grid.loop(1), Claim::widened, step.array(), absorbed.mask(), absorbed.packed(),
                    absorbed.queries(), absorbed.widened(), absorbed.partial(), absorbed.merged(), absorbed.noChosen(),
                    values.floats());
        } else {
            steps.add("claim_absorbed", Grid.loop(1), Claim::lanes, step.array(), absorbed.mask(), absorbed.packed(),
                    absorbed.queries(), absorbed.partial(), absorbed.merged(), absorbed.noChosen(), values.floats());
        }
        if (buffers.index() != null) {
            buffers.index().claim(steps, step);
        }
        if (buffers.expanded() != null) {
            AttentionBuffers.Expanded expanded = buffers.expanded();
            steps.add("claim_expanded", Grid.loop(1), Claim::expanded, step.array(), expanded.mask(),
                    expanded.queries(), expanded.rows(), expanded.state(), expanded.rotary(), expanded.latents());
        }
    }

    @Override
    public AttentionSteps sparse(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool,
            Optional<OwnIndex> index) {
        IndexGraphs graphs = index
                .map(own -> new IndexGraphs(shape.config(), ownIndex(own.weights()), buffers, step, own.pool()))
                .orElse(null);
        return new AttentionGraphs(shape, own(weights), buffers, step, pool, graphs);
    }

    @Override
    public AttentionSteps layer(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool) {
        return new AttentionGraphs(shape, own(weights), buffers, step, pool, null);
    }

    private static AttentionWeights own(PackedAttention weights) {
        if (weights instanceof AttentionWeights own) {
            return own;
        }
        throw packedElsewhere();
    }

    private static IndexWeights ownIndex(PackedIndex weights) {
        if (weights instanceof IndexWeights own) {
            return own;
        }
        throw packedElsewhere();
    }

    private static ConfigurationException packedElsewhere() {
        return new ConfigurationException(
                "the weights of a layer were packed by another kernel family; pack them by the one that computes it");
    }
}
