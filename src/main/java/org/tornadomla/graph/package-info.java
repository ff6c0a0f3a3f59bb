/**
 * Task graphs as data: steps, the graphs and stages that they form, the cycle in which a plan runs them, and which
 * array stays on the device between two graphs. Knows kernels and devices, and nothing of models.
 */
package org.tornadomla.graph;
