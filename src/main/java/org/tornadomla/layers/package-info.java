/**
 * The layers of a model as steps: attention, feed-forward and mixture of experts, each with its weights, its buffers
 * and the steps that compute it.
 */
package org.tornadomla.layers;
