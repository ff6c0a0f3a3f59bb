package org.tornadomla.benchmarks;

/**
 * What is measured, whoever measures it.
 *
 * @param benchmark matmul, rms_norm, rotary, decode, prefill, model_decode, ...
 * @param layer     sizes: a {@link Layer}, a matrix as 2048x2048, or a model
 * @param size      what grows: rows of a product, cached tokens of a step, tokens of a prompt
 * @param batch     sequences
 */
record Point(String benchmark, String layer, int size, int batch) {

    @Override
    public String toString() {
        return benchmark + " " + layer + " " + size + (batch == 1 ? "" : " x " + batch);
    }
}
