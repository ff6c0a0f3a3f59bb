package org.tornadomla.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ShapeException;
import org.tornadomla.testing.Comparer;
import org.tornadomla.testing.Seeds;

/**
 * A small dense decoder: chunks, a tied head, and misuse. Whole published models are held against goldens elsewhere.
 */
class DecoderReferenceTest {

    private static final int VOCABULARY = 19;
    private static final int[] IDS = {3, 18, 0, 7, 7, 11, 2};

    private static ModelConfig model(boolean tied) {
        MlaConfig attention = MlaConfig.builder().hiddenSize(13).numHeads(3).qLoraRank(0).kvLoraRank(6).qkNopeHeadDim(5)
                .qkRopeHeadDim(4).vHeadDim(7).build();
        return ModelConfig.builder("deepseek_v2").vocabSize(VOCABULARY).maxPositionEmbeddings(64)
                .tieWordEmbeddings(tied)
                .layers(2, index -> List.of(new AttentionBlock(attention), new DenseBlock(13, 17))).build();
    }

    private static Map<String, float[]> weights(ModelConfig model) {
        Map<String, float[]> weights = new HashMap<>();
        model.weights()
                .forEach((name, weight) -> weights.put(name, Seeds.normal(name.hashCode(), (int) weight.count(), 0.3)));
        return weights;
    }

    private static DecoderReference decoder(ModelConfig model, Map<String, float[]> weights) {
        return new DecoderReference(model, weights::get, AttentionReference.Form.EXPANDED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void chunksGiveTheLogitsOfTheWhole(int chunk) {
        ModelConfig model = model(false);
        double[] whole = decoder(model, weights(model)).logits(IDS);
        DecoderReference chunked = decoder(model, weights(model));
        for (int start = 0; start < IDS.length; start += chunk) {
            int end = Math.min(start + chunk, IDS.length);
            double[] part = chunked.logits(Arrays.copyOfRange(IDS, start, end));
            Comparer.assertClose("from " + start, part, Arrays.copyOfRange(whole, start * VOCABULARY, end * VOCABULARY),
                    1e-12);
        }
    }

    @Test
    void aTiedHeadIsTheEmbedding() {
        Map<String, float[]> weights = weights(model(false));
        weights.put("lm_head.weight", weights.get("model.embed_tokens.weight"));
        double[] untied = decoder(model(false), weights).logits(IDS);
        weights.remove("lm_head.weight");
        Comparer.assertClose("tied", decoder(model(true), weights).logits(IDS), untied, 0);
        String message = assertThrows(ShapeException.class, () -> decoder(model(false), weights).logits(IDS))
                .getMessage();
        assertEquals("weight lm_head.weight is missing", message);
    }

    @Test
    void idsOutsideTheVocabularyAreNamed() {
        DecoderReference decoder = decoder(model(false), weights(model(false)));
        String message = assertThrows(ShapeException.class, () -> decoder.logits(3, VOCABULARY)).getMessage();
        assertTrue(message.contains("token id is 19, must be from 0 to 18"), message);
    }
}
