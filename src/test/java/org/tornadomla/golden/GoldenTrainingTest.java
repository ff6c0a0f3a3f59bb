package org.tornadomla.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.checkpoint.TensorData;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.TestTargets;

/** A golden case of training compares every gradient: one that is wrong, or that nobody expects, does not pass. */
class GoldenTrainingTest {

    private static final GoldenTraining CASE = GoldenTraining
            .read(Goldens.folder("training").resolve("mla").resolve("cross.safetensors"));

    private static GoldenCheck.Outcome run(Map<String, TensorData> gradients) {
        return new GoldenTrainingRun(new GoldenTraining(CASE.layer(), CASE.dY(), CASE.dX(), CASE.dContext(), gradients))
                .run(TestTargets.list().getFirst());
    }

    @Test
    void theCasePasses() {
        assertTrue(run(CASE.dWeights()).passes(2e-5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kv_b_proj.weight", "o_proj.weight"})
    void aGradientThatIsMissingOrWrongIsSeen(String name) {
        Map<String, TensorData> gradients = new HashMap<>(CASE.dWeights());
        TensorData right = gradients.remove(name);
        assertEquals(Optional.of("no gradient is expected of [" + name + "]"), run(gradients).difference());
        float[] values = right.values().clone();
        values[values.length - 1] += 1;
        gradients.put(name, new TensorData(right.shape(), values));
        assertTrue(run(gradients).error() > 1e-3);
        gradients.put(name, new TensorData(List.of(3L), Arrays.copyOf(values, 3)));
        assertTrue(Double.isNaN(run(gradients).error()));
    }
}
