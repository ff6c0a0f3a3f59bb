package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.tornadomla.tokenizer.TextTokenizer;

/** Issue 12, point 9: a model's head may have more rows than its tokenizer has ids; those are never drawn. */
class UnknownIdsTest {

    /** Logits of which those without a token are by far the largest. */
    private static float[] logits(BitSet known, int size) {
        float[] logits = new float[size];
        for (int id = 0; id < size; id++) {
            logits[id] = known.get(id) ? -id / (float) size : 50;
        }
        return logits;
    }

    @Test
    void point9IdsThatTheTokenizerDoesNotHaveAreNeverDrawn() {
        try (TextTokenizer tokenizer = TextTokenizer.load(Path.of("models", "tiny-kjv"))) {
            BitSet known = tokenizer.knownIds();
            assertTrue(known.cardinality() > 1000 && known.length() == tokenizer.vocabularySize());
            float[] logits = logits(known, tokenizer.vocabularySize() + 70);
            for (SamplerConfig sampling : new SamplerConfig[]{SamplerConfig.greedy(), SamplerConfig.sampling(1, 3)}) {
                Sampler sampler = new Sampler(sampling, known);
                for (int draw = 0; draw < 20; draw++) {
                    assertTrue(known.get(sampler.next(logits)));
                }
                double[] probabilities = sampler.probabilities(logits);
                assertEquals(1, Arrays.stream(probabilities).sum(), 1e-9);
                assertEquals(0, Arrays.stream(probabilities, known.length(), probabilities.length).sum());
            }
        }
    }

    /** Without a tokenizer all rows are the caller's. */
    @Test
    void withoutATokenizerEveryIdMayBeDrawn() {
        BitSet known = new BitSet();
        known.set(0, 5);
        assertEquals(5, new Sampler(SamplerConfig.greedy()).next(logits(known, 9)));
        assertFalse(known.get(5));
    }
}
