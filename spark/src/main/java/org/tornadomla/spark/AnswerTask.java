package org.tornadomla.spark;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Answers for the rows of a partition. */
final class AnswerTask implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private static final List<
            StructField> RESULTS = List.of(DataTypes.createStructField("answer", DataTypes.StringType, true),
                    DataTypes.createStructField("finish_reason", DataTypes.StringType, false),
                    DataTypes.createStructField("prompt_tokens", DataTypes.IntegerType, true),
                    DataTypes.createStructField("answer_tokens", DataTypes.IntegerType, true),
                    DataTypes.createStructField("seconds", DataTypes.DoubleType, true),
                    DataTypes.createStructField("error", DataTypes.StringType, true));

    private final ModelKey key;
    private final AnswerOptions options;
    private final AnswerColumns columns;
    private final StructType schema;

    AnswerTask(ModelKey key, AnswerOptions options, StructType rows) {
        this.key = key;
        this.options = options;
        this.columns = new AnswerColumns(options, rows);
        this.schema = Columns.with(rows, RESULTS);
    }

    StructType schema() {
        return schema;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return TaskModel.iterator(key, rows, model -> new AnswerRows(model, options, columns, key.batch(), rows));
    }
}
