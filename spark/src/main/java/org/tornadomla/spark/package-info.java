/**
 * Answers, log-likelihoods and embeddings of DeepSeek-family models over Spark's datasets. {@link SparkModel} is where
 * to begin.
 */
@NullMarked
package org.tornadomla.spark;

import org.jspecify.annotations.NullMarked;
