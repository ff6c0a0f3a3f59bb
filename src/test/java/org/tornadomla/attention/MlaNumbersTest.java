package org.tornadomla.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.tensor.RandomWeights;

/** The weights of a layer as numbers by their names, and back. */
class MlaNumbersTest {

    private static final Set<String> ALWAYS = Set.of("kv_a_proj_with_mqa.weight", "kv_a_layernorm.weight",
            "kv_b_proj.weight", "o_proj.weight");

    /** A name stands for numbers: what a layer does not have has none. */
    @ParameterizedTest
    @CsvSource({"0, false, 5", "9, false, 7", "9, true, 10", "0, true, 7"})
    void aLayerHasTheNamesOfItsWeightsAndNoOthers(int queries, boolean bias, int count) {
        MlaConfig config = MlaConfig.builder().hiddenSize(24).numHeads(3).kvLoraRank(10).qkNopeHeadDim(6)
                .qkRopeHeadDim(4).vHeadDim(5).qLoraRank(queries).attentionBias(bias).build();
        Map<String, float[]> numbers = MlaNumbers.of(RandomWeights.of(config, 1));
        assertFalse(numbers.containsValue(null), numbers.keySet()::toString);
        assertEquals(count, numbers.size(), numbers.keySet()::toString);
        assertEquals(queries == 0, numbers.containsKey("q_proj.weight"));
        assertEquals(bias, numbers.containsKey("o_proj.bias"));
        assertEquals(true, numbers.keySet().containsAll(ALWAYS), numbers.keySet()::toString);
        Map<String, float[]> again = MlaNumbers.of(MlaNumbers.weights(config, numbers));
        assertEquals(numbers.keySet(), again.keySet());
        numbers.forEach((name, values) -> assertArrayEquals(values, again.get(name), name));
    }
}
