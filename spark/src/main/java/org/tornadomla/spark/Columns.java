package org.tornadomla.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;

/** Checks the columns of a job where it is put together, and puts result rows together. */
final class Columns {

    private Columns() {
    }

    /** @throws ConfigurationException when there is no such column, or it holds no text */
    static void requireText(StructType rows, String column) {
        if (!(type(rows, column) instanceof StringType)) {
            throw wrong(rows, column, "a string");
        }
    }

    /** @throws ConfigurationException when there is no such column, or it holds no list of texts */
    static void requireTexts(StructType rows, String column) {
        if (!(type(rows, column) instanceof ArrayType list && list.elementType() instanceof StringType)) {
            throw wrong(rows, column, "an array of strings");
        }
    }

    /** @throws ConfigurationException when there is no such column, or it holds no number */
    static void requireNumber(StructType rows, String column) {
        if (!(type(rows, column) instanceof NumericType)) {
            throw wrong(rows, column, "a number");
        }
    }

    /** @throws ConfigurationException when there is no such column, or it holds no messages */
    static void requireMessages(StructType rows, String column) {
        if (type(rows, column) instanceof ArrayType list && list.elementType() instanceof StructType message
                && Set.of(message.fieldNames()).containsAll(List.of("role", "content"))) {
            return;
        }
        throw wrong(rows, column, "an array of structs with the strings role and content");
    }

    /** @throws ConfigurationException when there is no such column, or its values are no keys */
    static void requireKey(StructType rows, String column) {
        DataType type = type(rows, column);
        if (!(type instanceof StringType)
                && !Set.of(DataTypes.LongType, DataTypes.IntegerType, DataTypes.ShortType, DataTypes.ByteType)
                        .contains(type)) {
            throw wrong(rows, column, "a string or a whole number");
        }
    }

    private static DataType type(StructType rows, String column) {
        return Arrays.stream(rows.fields()).filter(field -> field.name().equals(column)).findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "there is no column " + column + "; the columns are " + String.join(", ", rows.fieldNames())))
                .dataType();
    }

    private static ConfigurationException wrong(StructType rows, String column, String allowed) {
        return new ConfigurationException(
                "column " + column + " is " + type(rows, column).catalogString() + ", must be " + allowed);
    }

    /**
     * The columns of the input and those of a result.
     *
     * @throws ConfigurationException when the input has one of the result's
     */
    static StructType with(StructType rows, List<StructField> results) {
        Set<String> there = Arrays.stream(rows.fieldNames()).collect(Collectors.toSet());
        StructType all = rows;
        for (StructField result : results) {
            if (there.contains(result.name())) {
                throw new ConfigurationException("the input has a column " + result.name()
                        + ", which the result adds; rename it (withColumnRenamed) or leave it out (drop)");
            }
            all = all.add(result);
        }
        return all;
    }

    /** A row of the input with the values of a result behind its own. */
    static Row with(Row row, @Nullable Object... results) {
        @Nullable
        Object[] all = new Object[row.size() + results.length];
        for (int i = 0; i < row.size(); i++) {
            all[i] = row.get(i);
        }
        System.arraycopy(results, 0, all, row.size(), results.length);
        return RowFactory.create(all);
    }
}
