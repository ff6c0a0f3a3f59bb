package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.attention.Mask;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.bundled.runtime.Engines;
import org.tornadomla.config.MlaConfig;

/**
 * Field fault 11: masks mean the same under the driver's fast-math flags, which leave infinities undefined, as without
 * them.
 */
class FastMathTest {

    private static final int HIDDEN = 40;
    private static final int TOKENS = 9;

    private OpenClEngine fast;

    @BeforeEach
    void addsADeviceWithFastMath() {
        OpenClRun.device(true);
        fast = new OpenClEngine(new OpenClOptions(true, "-cl-fast-relaxed-math", null, true));
        Engines.add(fast);
    }

    @AfterEach
    void takesItOut() {
        Engines.remove(fast);
    }

    @ParameterizedTest
    @EnumSource(value = AttentionMode.class, names = {"ABSORBED", "EXPANDED"})
    void fieldFault11MasksHoldUnderFastMath(AttentionMode mode) {
        Target plain = Targets.choose("opencl", null);
        Target relaxed = Targets.all().getLast();
        assertEquals(Engine.OPENCL, relaxed.engine());
        float[] expected = masked(plain, mode);
        float[] actual = masked(relaxed, mode);
        // Fast-math functions may be off by some units in the last place; values are of the order of one.
        assertArrayEquals(expected, actual, 1e-5f);
        assertArrayEquals(new float[HIDDEN], Arrays.copyOfRange(actual, 2 * HIDDEN, 3 * HIDDEN),
                "a token that sees no key");
    }

    /** Causal attention with a mask of both kinds of most negative values, in which token 2 sees nothing. */
    private static float[] masked(Target target, AttentionMode mode) {
        MlaConfig config = MlaConfig.builder().hiddenSize(HIDDEN).numHeads(3).kvLoraRank(20).qkNopeHeadDim(9)
                .qkRopeHeadDim(6).vHeadDim(7).qLoraRank(11).build();
        SplittableRandom random = new SplittableRandom(3);
        float[] x = new float[TOKENS * HIDDEN];
        for (int i = 0; i < x.length; i++) {
            x[i] = 2 * random.nextFloat() - 1;
        }
        float[] values = new float[TOKENS * TOKENS];
        for (int query = 0; query < TOKENS; query++) {
            for (int key = 0; key < TOKENS; key++) {
                boolean hidden = query == 2 || (query + key) % 3 == 1;
                values[query * TOKENS + key] = hidden ? key % 2 == 0 ? Float.NEGATIVE_INFINITY : -3e38f : key * 0.1f;
            }
        }
        try (MultiHeadLatentAttention mla = MultiHeadLatentAttention.builder(config).seed(5).target(target).mode(mode)
                .cacheTokens(64).build()) {
            return mla.forward(Tokens.of(1, TOKENS, x).withMask(new Mask(1, 1, TOKENS, TOKENS, values)));
        }
    }
}
