package org.tornadomla.training;

import java.util.Map;

/**
 * What a training goes on from: a plan of the same tape that is restored to it takes the same steps.
 *
 * @param steps   steps that were taken
 * @param numbers of the weights that are trained, in their published order, and what the optimiser keeps of each, under
 *                    the weight's name with an ending
 */
public record PlanState(int steps, Map<String, float[]> numbers) {
}
