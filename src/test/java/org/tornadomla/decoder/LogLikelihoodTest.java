package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.tornadomla.error.SamplingException;
import org.tornadomla.error.ShapeException;

class LogLikelihoodTest {

    @Test
    void logarithmsOfShares() {
        float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
        assertEquals(Math.log(1 / 8.0), LogLikelihood.of(logits, 0), 1e-7);
        assertEquals(Math.log(5 / 8.0), LogLikelihood.of(logits, 2), 1e-7);
        assertEquals(Math.log(0.5), LogLikelihood.of(new float[]{300, 300}, 1), 1e-12, "no power overflows");
        assertEquals(Double.NEGATIVE_INFINITY, LogLikelihood.of(new float[]{0, Float.NEGATIVE_INFINITY}, 1));
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThrows(ShapeException.class, () -> LogLikelihood.of(new float[2], 2));
        assertThrows(ShapeException.class, () -> LogLikelihood.of(new float[2], -1));
        assertThrows(SamplingException.class, () -> LogLikelihood.of(new float[]{0, Float.NaN}, 0));
        assertThrows(SamplingException.class, () -> LogLikelihood.of(new float[]{Float.NEGATIVE_INFINITY}, 0));
        assertThrows(SamplingException.class, () -> LogLikelihood.of(new float[]{Float.POSITIVE_INFINITY, 0}, 1));
    }
}
