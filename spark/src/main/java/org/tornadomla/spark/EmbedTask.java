package org.tornadomla.spark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.tornadomla.decoder.Output;

/** Embeddings for the rows of a partition. */
final class EmbedTask implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private static final List<
            StructField> RESULTS = List.of(
                    DataTypes.createStructField("embedding", DataTypes.createArrayType(DataTypes.FloatType, false),
                            true),
                    DataTypes.createStructField("tokens", DataTypes.IntegerType, true),
                    DataTypes.createStructField("error", DataTypes.StringType, true));

    private final ModelKey key;
    private final EmbedOptions options;
    private final StructType schema;
    private final int textPlace;

    EmbedTask(ModelKey key, EmbedOptions options, StructType rows) {
        this.key = key;
        this.options = options;
        Columns.requireText(rows, options.text());
        this.schema = Columns.with(rows, RESULTS);
        this.textPlace = rows.fieldIndex(options.text());
    }

    StructType schema() {
        return schema;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return TaskModel.iterator(key, rows,
                model -> new ReadRows(model, rows, row -> text(model, row), key, Output.HIDDEN));
    }

    private ReadText text(LoadedModel model, Row row) {
        int size = model.decoder().model().attention().hiddenSize();
        String text = row.getString(textPlace);
        int[] ids = text == null ? new int[0] : model.tokenizer().encode(text, options.beginToken());
        Embedded read = new Embedded(row, ids, options.pooling() == EmbedOptions.Pooling.LAST, size);
        if (ids.length == 0) {
            read.refuse("column " + options.text() + (text == null ? " is null" : " has a text without tokens")
                    + ", it needs a text");
        }
        return read;
    }

    /** A text whose hidden states are added up, or whose last one counts. */
    private static final class Embedded extends ReadText {

        private final Row row;
        private final double[] sum;
        private int states;

        private Embedded(Row row, int[] ids, boolean last, int size) {
            super(ids, ids.length, last ? ids.length - 1 : 0);
            this.row = row;
            this.sum = new double[size];
        }

        @Override
        void begin() {
            super.begin();
            Arrays.fill(sum, 0);
            states = 0;
        }

        @Override
        void take(int token, float[] state) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += state[i];
            }
            states++;
        }

        @Override
        Row result() {
            Float[] mean = new Float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (sum[i] / states);
            }
            return Columns.with(row, mean, ids().length, null);
        }

        @Override
        Row refused(String why) {
            return Columns.with(row, null, null, why);
        }
    }
}
