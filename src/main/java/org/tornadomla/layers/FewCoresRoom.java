package org.tornadomla.layers;

import java.util.EnumMap;
import java.util.Map;

import org.tornadomla.cache.LayerPool;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.Variants;
import org.tornadomla.kernels.Claim;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What attention layers share in the family of few cores.
 *
 * @param buffers  tables and scratch
 * @param variants which kernels compute
 */
record FewCoresRoom(AttentionBuffers buffers, Variants variants) implements AttentionRoom {

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
        switch (absorbed.ranges()) {
            case AttentionBuffers.Ranges.Lanes lanes when absorbed.widened() != null -> steps.add("claim_absorbed",
                    Grid.loop(1), Claim::widened, step.array(), absorbed.mask(), absorbed.packed(), lanes.queries(),
                    absorbed.widened(), lanes.partial(), absorbed.merged(), values.floats());
            case AttentionBuffers.Ranges.Lanes lanes ->
                steps.add("claim_absorbed", Grid.loop(1), Claim::lanes, step.array(), absorbed.mask(),
                        absorbed.packed(), lanes.queries(), lanes.partial(), absorbed.merged(), values.floats());
            case AttentionBuffers.Ranges.Groups groups -> steps.add("claim_absorbed", Grid.loop(1), Claim::groups,
                    step.array(), absorbed.mask(), absorbed.packed(), groups.maxima(), groups.sums(), groups.partial(),
                    absorbed.merged(), values.floats());
        }
        if (buffers.expanded() != null) {
            AttentionBuffers.Expanded expanded = buffers.expanded();
            steps.add("claim_expanded", Grid.loop(1), Claim::expanded, step.array(), expanded.mask(),
                    expanded.queries(), expanded.rows(), expanded.state(), expanded.rotary(), expanded.latents());
        }
    }

    @Override
    public AttentionSteps layer(AttentionShape shape, PackedAttention weights, StepBuffer step, LayerPool pool) {
        if (weights instanceof AttentionWeights own) {
            return new AttentionGraphs(shape, own, buffers, step, pool, variants);
        }
        throw new ConfigurationException(
                "the weights of a layer were packed by another kernel family; pack them by the one that computes it");
    }
}
