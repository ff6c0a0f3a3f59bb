package org.tornadomla.spark;

import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.sql.Row;
import org.tornadomla.error.DeviceException;

/** A task's results, with the model that it holds from its first row to its end. */
final class TaskModel implements Iterator<Row> {

    private final LoadedModels.Use use;
    private final Iterator<Row> results;

    private TaskModel(LoadedModels.Use use, Function<LoadedModel, Iterator<Row>> work) {
        this.use = use;
        this.results = work.apply(use.model());
    }

    /**
     * The results of a partition; an empty one needs no model.
     *
     * @param work gives results as they are asked for; where it is closeable, it is closed with the task
     */
    static Iterator<Row> iterator(ModelKey key, Iterator<Row> rows, Function<LoadedModel, Iterator<Row>> work) {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        LoadedModels.Use use = LoadedModels.use(key);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) _ -> use.release());
        return new TaskModel(use, work);
    }

    @Override
    public boolean hasNext() {
        return results.hasNext();
    }

    @Override
    public Row next() {
        try {
            return results.next();
        } catch (DeviceException failure) {
            use.giveUp();
            throw failure;
        }
    }
}
