package org.tornadomla.mixture;

import org.tornadomla.annotation.PublicApi;

/**
 * Gradients of what {@link MixtureOfExperts#forward} computed, balance losses included.
 *
 * @param x       [tokens, hidden]
 * @param weights of every weight
 */
@PublicApi
public record MixtureGradients(float[] x, MixtureWeights weights) {
}
