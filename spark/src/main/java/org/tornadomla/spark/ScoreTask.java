package org.tornadomla.spark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.tornadomla.decoder.LogLikelihood;
import org.tornadomla.decoder.Output;
import org.tornadomla.tokenizer.TextTokenizer;

/** Log-likelihoods for the rows of a partition. */
final class ScoreTask implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private static final List<StructField> RESULTS = List.of(
            DataTypes.createStructField("log_likelihood", DataTypes.DoubleType, true),
            DataTypes.createStructField("tokens", DataTypes.IntegerType, true),
            DataTypes.createStructField("token_ids", DataTypes.createArrayType(DataTypes.IntegerType, false), true),
            DataTypes.createStructField("token_log_likelihoods", DataTypes.createArrayType(DataTypes.DoubleType, false),
                    true),
            DataTypes.createStructField("error", DataTypes.StringType, true));

    private final ModelKey key;
    private final ScoreOptions options;
    private final StructType schema;
    private final int textPlace;
    private final int contextPlace;

    ScoreTask(ModelKey key, ScoreOptions options, StructType rows) {
        this.key = key;
        this.options = options;
        Columns.requireText(rows, options.text());
        String context = options.context();
        if (context != null) {
            Columns.requireText(rows, context);
        }
        this.schema = Columns.with(rows, RESULTS);
        this.textPlace = rows.fieldIndex(options.text());
        this.contextPlace = context == null ? -1 : rows.fieldIndex(context);
    }

    StructType schema() {
        return schema;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return TaskModel.iterator(key, rows,
                model -> new ReadRows(model, rows, row -> text(model.tokenizer(), row), key, Output.LOGITS));
    }

    private ReadText text(TextTokenizer tokenizer, Row row) {
        String text = row.getString(textPlace);
        if (text == null) {
            Scored missing = new Scored(row, new int[0], 1);
            missing.refuse("column " + options.text() + " is null, it needs a text");
            return missing;
        }
        String context = contextPlace < 0 ? null : row.getString(contextPlace);
        if (context == null) {
            // The first token has nothing before it; where that is the begin token, all of the text counts.
            return new Scored(row, tokenizer.encode(text, options.beginToken()), 1);
        }
        int[] before = tokenizer.encode(context, options.beginToken());
        int[] ids = IntStream.concat(Arrays.stream(before), Arrays.stream(tokenizer.encode(text, false))).toArray();
        return new Scored(row, ids, Math.max(1, before.length));
    }

    /** A text whose tokens count from a place on; its last token is only looked up in what the one before gave. */
    private static final class Scored extends ReadText {

        private final Row row;
        private final int first;
        private final double[] logs;

        private Scored(Row row, int[] ids, int first) {
            super(ids, ids.length > first ? ids.length - 1 : 0, first - 1);
            this.row = row;
            this.first = first;
            this.logs = new double[Math.max(0, ids.length - first)];
        }

        @Override
        void take(int token, float[] logits) {
            logs[token + 1 - first] = LogLikelihood.of(logits, ids()[token + 1]);
        }

        @Override
        Row result() {
            int from = Math.min(first, ids().length);
            return Columns.with(row, Arrays.stream(logs).sum(), logs.length,
                    Arrays.stream(ids()).skip(from).boxed().toArray(Integer[]::new),
                    Arrays.stream(logs).boxed().toArray(Double[]::new), null);
        }

        @Override
        Row refused(String why) {
            return Columns.with(row, null, null, null, null, why);
        }
    }
}
