package org.tornadomla.spark;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Breaks the device of the executor that comes first, before its rows are computed.
 *
 * @param file made by that executor, with its process
 */
record OneBreaks(String file) implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
        FailingDevice.add();
        String process = String.valueOf(ProcessHandle.current().pid());
        try {
            Files.writeString(Path.of(file), process, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException _) {
            // Another one came first, or this one did before.
        }
        FailingDevice.FAILS.set(Files.readString(Path.of(file)).equals(process));
        return rows;
    }
}
