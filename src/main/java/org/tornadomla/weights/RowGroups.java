package org.tornadomla.weights;

import org.tornadomla.graph.Grid;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.StepLayout;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Which rows a product computes with which matrix, as {@link org.tornadomla.kernels.MatMul#rows} takes it.
 *
 * @param array    holds the numbers that the places below say
 * @param activeAt where the number of groups stands
 * @param rowsAt   where the number of rows stands, or the records of groups begin
 * @param tokensAt where the rows of x stand that sorted rows take; -1 when they are those of x
 * @param first    number of the first matrix
 * @param matrices number of matrices; 0 for one of all rows
 * @param most     most groups
 */
public record RowGroups(IntArray array, int activeAt, int rowsAt, int tokensAt, int first, int matrices, int most) {

    /** One matrix for all rows, whose number stands in the step array. */
    public static RowGroups all(IntArray step, int rowsAt) {
        return new RowGroups(step, StepLayout.ONE, rowsAt, -1, 0, 0, 1);
    }

    /**
     * A matrix an expert.
     *
     * @param grouping the plan of {@link ExpertGrouping}
     * @param tokensAt where the tokens of sorted rows begin in it; -1 when x has sorted rows itself
     * @param first    number of the first expert whose matrix is there
     * @param matrices number of experts whose matrices are there
     * @param most     most experts that have rows
     */
    public static RowGroups experts(IntArray grouping, int tokensAt, int first, int matrices, int most) {
        return new RowGroups(grouping, ExpertGrouping.ACTIVE, ExpertGrouping.RECORDS, tokensAt, first, matrices, most);
    }

    /** The grid of a kernel that has a work-item a group and piece of the outputs. */
    Grid grid(int pieces) {
        return Grid.loop(Math.multiplyExact(most, pieces));
    }
}
