/**
 * Speed of the library beside PyTorch's: workloads that check their answers, their measurement, and the report on it.
 */
package org.tornadomla.benchmarks;
