package org.tornadomla.layers;

import org.tornadomla.config.IndexerConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.kernels.GroupClaim;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Scratch that the indexers of a plan share in the family of many cores. T is the plan's capacity of tokens, P the
 * length of the longest sequence.
 *
 * @param queries   [T, heads, dim]
 * @param projected [T, dim + heads] keys before their norm, then the heads' weights
 * @param turned    [T, dim, heads] queries after rotation
 * @param scores    [T, P]
 * @param chosen    [T, index_topk] keys; what a layer with an indexer chose, layers that share it read
 * @param longest   P
 */
record ManyCoresIndexBuffers(FloatArray queries, FloatArray projected, FloatArray turned, FloatArray scores,
        IntArray chosen, int longest) {

    static ManyCoresIndexBuffers allocate(IndexerConfig indexer, Capacity capacity, Buffers buffers) {
        long tokens = capacity.tokens();
        long width = (long) indexer.heads() * indexer.headDim();
        int longest = Math.multiplyExact(capacity.tableLength(), capacity.pageTokens());
        return new ManyCoresIndexBuffers(floats(buffers, "index_query", "index queries", tokens * width),
                floats(buffers, "index_projected", "index keys and weights",
                        tokens * ManyCoresIndexWeights.width(indexer)),
                floats(buffers, "index_turned", "turned index queries", tokens * width),
                floats(buffers, "index_scores", "index scores", tokens * longest),
                buffers.add("chosen_keys", Role.SCRATCH, Sizes.ints("chosen keys", tokens * indexer.topk())), longest);
    }

    private static FloatArray floats(Buffers buffers, String name, String what, long floats) {
        return buffers.add(name, Role.SCRATCH, Sizes.floats(what, floats));
    }

    void claim(StepList steps, StepBuffer step, WorkGroups groups) {
        steps.add("claim_index", groups.grid(1), GroupClaim::index, new KernelContext(), step.array(), turned, scores,
                chosen);
    }
}
