package org.tornadomla.attention;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.tornadomla.backend.Target;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.reference.AttentionReference;
import org.tornadomla.reference.LatentRows;
import org.tornadomla.reference.MlaReferenceWeights;
import org.tornadomla.reference.ScoreMask;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Seeds;

/**
 * A layer as the tests need it twice: as a module under test and as the reference.
 *
 * @param config  sizes and options
 * @param weights numbers under their checkpoint names
 */
record Layer(MlaConfig config, Map<String, float[]> weights) {

    /** Largest error that the module may have, as a fraction of the largest output. */
    static final double TOLERANCE = 1e-5;

    /** Widths that are all different and fit one vector each. */
    static final MlaConfig SMALL = MlaConfig.builder().hiddenSize(13).numHeads(3).qLoraRank(8).kvLoraRank(6)
            .qkNopeHeadDim(5).qkRopeHeadDim(4).vHeadDim(7).build();

    /**
     * Widths that are all different and take two or three vectors, and a number of heads that leaves a tile of four one
     * over.
     */
    static final MlaConfig WIDE = MlaConfig.builder().hiddenSize(41).numHeads(5).qLoraRank(33).kvLoraRank(37)
            .qkNopeHeadDim(19).qkRopeHeadDim(18).vHeadDim(23).build();

    static Layer of(MlaConfig config) {
        return new Layer(config, Seeds.attentionWeights(config, 11));
    }

    /** A builder of the module with small capacities, so that tests reach their ends. */
    AttentionBuilder on(Target target) {
        return MultiHeadLatentAttention.builder(config).weights(mlaWeights()).target(target).cacheTokens(256)
                .pageTokens(4).roundTokens(40).batch(4);
    }

    MlaWeights mlaWeights() {
        MlaConfig c = config;
        int queries = c.numHeads() * c.qkHeadDim();
        int latent = c.kvLoraRank() + c.qkRopeHeadDim();
        return new MlaWeights(matrix("q_proj.weight", queries), matrix("q_a_proj.weight", c.qLoraRank()),
                weights.get("q_a_proj.bias"), weights.get("q_a_layernorm.weight"), matrix("q_b_proj.weight", queries),
                matrix("kv_a_proj_with_mqa.weight", latent), weights.get("kv_a_proj_with_mqa.bias"),
                weights.get("kv_a_layernorm.weight"),
                matrix("kv_b_proj.weight", c.numHeads() * (c.qkNopeHeadDim() + c.vHeadDim())),
                matrix("o_proj.weight", c.hiddenSize()), weights.get("o_proj.bias"));
    }

    private Matrix matrix(String name, int rows) {
        float[] values = weights.get(name);
        return values == null ? null : Matrix.of(rows, values.length / rows, values);
    }

    /** The same layer with another weight. */
    Layer with(String name, float[] values) {
        Map<String, float[]> changed = new HashMap<>(weights);
        changed.put(name, values);
        return new Layer(config, changed);
    }

    AttentionReference reference() {
        return new AttentionReference(config, MlaReferenceWeights.of(config, weights::get));
    }

    /** Random token vectors, [count, hidden]. */
    float[] tokens(int count, long seed) {
        return Seeds.normal(seed, count * config.hiddenSize());
    }

    /** Rows {@code from} to {@code to - 1} of [rows, hidden]. */
    float[] rows(float[] x, int from, int to) {
        return Arrays.copyOfRange(x, from * config.hiddenSize(), to * config.hiddenSize());
    }

    /** Rows {@code from} to {@code to - 1} of [rows, hidden]. */
    double[] rows(double[] x, int from, int to) {
        return Arrays.copyOfRange(x, from * config.hiddenSize(), to * config.hiddenSize());
    }

    /** What self-attention of a whole sequence must give, positions counted from 0. */
    double[] expected(float[] x, ScoreMask mask) {
        return expected(x, Seeds.range(0, x.length / config.hiddenSize()), mask);
    }

    /** What self-attention of a whole sequence must give. */
    double[] expected(float[] x, int[] positions, ScoreMask mask) {
        return reference().self(Comparer.widen(x), positions, LatentRows.NONE, mask, AttentionReference.Form.EXPANDED);
    }

    /** Asserts that outputs agree with the reference. */
    static void assertClose(String what, float[] actual, double[] expected) {
        Comparer.assertClose(what, actual, expected, TOLERANCE);
    }

    /** Token vectors one after another. */
    static float[] join(float[]... parts) {
        int length = 0;
        for (float[] part : parts) {
            length += part.length;
        }
        float[] joined = new float[length];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
