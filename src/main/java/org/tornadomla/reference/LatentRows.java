package org.tornadomla.reference;

import java.util.stream.DoubleStream;

/**
 * What a cache holds of a sequence.
 *
 * @param latents    [rows, kv_lora_rank], after the norm
 * @param rotaryKeys [rows, qk_rope_head_dim], after the rotation
 */
public record LatentRows(double[] latents, double[] rotaryKeys) {

    /** No rows, what an empty cache holds. */
    public static final LatentRows NONE = new LatentRows(new double[0], new double[0]);

    /**
     * These rows and others behind them.
     *
     * @param later rows to follow
     * @return all rows
     */
    public LatentRows append(LatentRows later) {
        return new LatentRows(DoubleStream.concat(DoubleStream.of(latents), DoubleStream.of(later.latents)).toArray(),
                DoubleStream.concat(DoubleStream.of(rotaryKeys), DoubleStream.of(later.rotaryKeys)).toArray());
    }
}
