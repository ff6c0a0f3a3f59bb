package org.tornadomla.training;

import java.util.function.Function;
import java.util.function.Supplier;
import org.tornadomla.backend.Target;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;

/**
 * One way of computing all operations of a tape, for one kind of device. Operations say what is computed and which
 * gradients are wanted; a family has the steps of each, and is whole.
 *
 * @param list      makes an empty list of steps
 * @param array     the array that stands for numbers in the family's steps
 * @param rows      what is done row by row
 * @param products  products of matrices
 * @param attention attention
 * @param mixture   routed experts
 * @param updates   optimisers
 */
record TrainingFamily(Supplier<StepList> list, Function<Numbers, Object> array, RowSteps rows, ProductSteps products,
        AttentionSteps attention, MixtureSteps mixture, UpdateSteps updates) {

    /** The family that suits a device. */
    static TrainingFamily of(Target target, Workspace work) {
        return target.manyCores() ? manyCores(work, new ManyGrids(WorkGroups.of(target))) : fewCores(work);
    }

    /** Loops over vectors. */
    private static TrainingFamily fewCores(Workspace work) {
        return new TrainingFamily(StepList::new, Numbers::vectors, new FewRows(work), new FewProducts(work),
                new FewAttention(work), new FewMixture(work), new FewUpdates(work));
    }

    /** Groups of work-items on floats. */
    private static TrainingFamily manyCores(Workspace work, ManyGrids grids) {
        ManyProducts products = new ManyProducts(work, grids);
        return new TrainingFamily(() -> new StepList(grids.groups()), Numbers::floats, new ManyRows(work, grids),
                products, new ManyAttention(work, grids), new ManyMixture(work, grids, products),
                new ManyUpdates(work, grids));
    }

    /** An empty list of steps. */
    StepList steps() {
        return list.get();
    }

    /** The array that stands for numbers in the family's steps. */
    Object form(Numbers numbers) {
        return array.apply(numbers);
    }
}
