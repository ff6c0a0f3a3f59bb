package org.tornadomla.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.tornadomla.decoder.Output;

/** Rows whose texts are read and not continued, a few at a time; no more of a partition is in memory. */
final class ReadRows implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final Function<Row, ReadText> reader;
    private final TextReading reading;
    private final int batch;
    private final Deque<Row> results = new ArrayDeque<>();

    /**
     * Reads the rows of a partition.
     *
     * @param reader makes a text of a row
     * @param key    says how many texts are read at once
     * @param output what is wanted of them
     */
    ReadRows(LoadedModel model, Iterator<Row> rows, Function<Row, ReadText> reader, ModelKey key, Output output) {
        this.rows = rows;
        this.reader = reader;
        this.reading = new TextReading(model, output, key.outputs());
        this.batch = key.batch();
    }

    @Override
    public boolean hasNext() {
        return !results.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
        if (results.isEmpty()) {
            List<ReadText> texts = new ArrayList<>();
            while (texts.size() < batch && rows.hasNext()) {
                texts.add(reader.apply(rows.next()));
            }
            if (texts.isEmpty()) {
                throw new NoSuchElementException("the partition has no more rows");
            }
            reading.read(texts);
            texts.forEach(text -> results.add(text.row()));
        }
        return results.remove();
    }
}
