package org.tornadomla.spark;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** The process of a partition's executor. */
final class WhoComputes implements MapPartitionsFunction<Row, String> {

    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<String> call(Iterator<Row> rows) throws InterruptedException {
        // Long enough for the other executor to take a partition too.
        Thread.sleep(300);
        return List.of(String.valueOf(ProcessHandle.current().pid())).iterator();
    }
}
