package org.tornadomla.layers;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.kernels.GroupClaim;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What attention layers share in the family of many cores.
 *
 * @param buffers tables and scratch
 * @param groups  how work-items stand in groups
 * @param slices  groups that a query's heads and the columns of its latents are divided among
 */
record ManyCoresRoom(ManyCoresBuffers buffers, WorkGroups groups, int slices) implements AttentionRoom {

    @Override
    public Map<Attending, FloatArray> masks() {
        Map<Attending, FloatArray> masks = new EnumMap<>(Attending.class);
        masks.put(Attending.ABSORBED, buffers.mask());
        if (buffers.expanded() != null) {
            masks.put(Attending.EXPANDED, buffers.expanded().mask());
        }
        return masks;
    }

    @Override
    public void claim(StepList steps, StepBuffer step, Rows values) {
        steps.add("claim_absorbed", groups.grid(1), GroupClaim::absorbed, new KernelContext(), step.array(),
                buffers.mask(), buffers.packed(), buffers.partial(), buffers.noChosen(), values.floats());
        if (buffers.index() != null) {
            buffers.index().claim(steps, step, groups);
        }
        if (buffers.expanded() != null) {
            ManyCoresBuffers.Expanded expanded = buffers.expanded();
            steps.add("claim_expanded", groups.grid(1), GroupClaim::expanded, new KernelContext(), step.array(),
                    expanded.mask(), expanded.latents(), expanded.rotary(), expanded.rows());
        }
    }

    @Override
    public AttentionSteps layer(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool) {
        return new ManyCoresSteps(shape, own(weights), buffers, step, pool, groups, null);
    }

    @Override
    public AttentionSteps sparse(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool,
            Optional<OwnIndex> index) {
        ManyCoresIndex steps = index.map(
                own -> new ManyCoresIndex(shape.config(), ownIndex(own.weights()), buffers, step, own.pool(), groups))
                .orElse(null);
        return new ManyCoresSteps(shape, own(weights), buffers, step, pool, groups, steps);
    }

    private static ManyCoresWeights own(PackedAttention weights) {
        if (weights instanceof ManyCoresWeights own) {
            return own;
        }
        throw packedElsewhere();
    }

    private static ManyCoresIndexWeights ownIndex(PackedIndex weights) {
        if (weights instanceof ManyCoresIndexWeights own) {
            return own;
        }
        throw packedElsewhere();
    }

    private static ConfigurationException packedElsewhere() {
        return new ConfigurationException(
                "the weights of a layer were packed by another kernel family; pack them by the one that computes it");
    }
}
