package org.tornadomla.layers;

import org.tornadomla.config.IndexerConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.Sizes;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.Claim;
import org.tornadomla.kernels.IndexScores;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * Scratch that the indexers of a plan share. T and S are the plan's capacities of tokens and of units of absorbed
 * attention, P is the length of the longest sequence.
 *
 * @param queries [T, columns of all heads]
 * @param keys    [T, columns of a key]
 * @param weights [T, columns of the heads' weights]
 * @param lanes   [T, groups of heads, 16 vectors of a head]
 * @param state   [S, {@link IndexScores#STATE}]
 * @param scores  [T, P] floats
 * @param spare   [T, P] floats
 * @param chosen  [T, index_topk] keys; what a layer with an indexer chose, layers that share it read
 * @param longest P
 */
record IndexBuffers(VectorFloat16 queries, VectorFloat16 keys, VectorFloat16 weights, VectorFloat16 lanes,
        VectorFloat16 state, FloatArray scores, FloatArray spare, IntArray chosen, int longest) {

    static IndexBuffers allocate(IndexerConfig indexer, Capacity capacity, Buffers buffers) {
        long tokens = capacity.tokens();
        long groups = Math.ceilDiv(indexer.heads(), Padding.LANES);
        int longest = Math.multiplyExact(capacity.tableLength(), capacity.pageTokens());
        return new IndexBuffers(
                vectors(buffers, "index_query", "index queries", tokens * IndexWeights.queryColumns(indexer)),
                vectors(buffers, "index_key", "index keys", tokens * IndexWeights.keyColumns(indexer)),
                vectors(buffers, "index_weights", "index weights", tokens * IndexWeights.weightColumns(indexer)),
                vectors(buffers, "index_lanes", "index queries in lanes",
                        tokens * groups * IndexWeights.vectors(indexer) * Padding.LANES * Padding.LANES),
                vectors(buffers, "index_state", "index scores of blocks",
                        (long) capacity.units() * IndexScores.STATE * Padding.LANES),
                buffers.add("index_scores", Role.SCRATCH, Sizes.floats("index scores", tokens * longest)),
                buffers.add("index_spare", Role.SCRATCH, Sizes.floats("index scores", tokens * longest)),
                buffers.add("chosen_keys", Role.SCRATCH, Sizes.ints("chosen keys", tokens * indexer.topk())), longest);
    }

    private static VectorFloat16 vectors(Buffers buffers, String name, String what, long floats) {
        return buffers.add(name, Role.SCRATCH, Sizes.vectors(what, floats));
    }

    void claim(StepList steps, StepBuffer step) {
        steps.add("claim_index", Grid.loop(1), Claim::index, step.array(), state, scores, spare, chosen);
    }
}
