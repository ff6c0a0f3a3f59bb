package org.tornadomla.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.error.ConfigurationException;

/** What a row says about its answer: prompt, keys, and options of its own. */
final class AnswerColumns implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Set<String> NUMBERS = Set.of("max_tokens", "temperature", "top_k", "top_p", "min_p",
            "repetition_penalty", "seed");
    private static final String STOP = "stop";

    private final AnswerOptions options;
    private final Map<String, Integer> places = new HashMap<>();

    /** @throws ConfigurationException when a column is missing or of another type */
    AnswerColumns(AnswerOptions options, StructType rows) {
        this.options = options;
        String messages = options.messages();
        if (messages == null) {
            Columns.requireText(rows, options.prompt());
        } else {
            Columns.requireMessages(rows, messages);
        }
        options.keys().forEach(key -> Columns.requireKey(rows, key));
        for (String name : rows.fieldNames()) {
            if (NUMBERS.contains(name)) {
                Columns.requireNumber(rows, name);
            } else if (name.equals(STOP)) {
                Columns.requireTexts(rows, name);
            }
            places.put(name, rows.fieldIndex(name));
        }
    }

    /** The text to continue. */
    String prompt(Row row) {
        String text = row.getString(place(options.prompt()));
        if (text == null) {
            throw new ConfigurationException("column " + options.prompt() + " is null, it needs a text");
        }
        return text;
    }

    /** The conversation to answer: role and content of each message. */
    List<Map.Entry<String, String>> messages(Row row, String column) {
        List<Map.Entry<String, String>> said = new ArrayList<>();
        List<Row> messages = row.isNullAt(place(column)) ? List.of() : row.getList(place(column));
        for (Row message : messages) {
            String role = message.getAs("role");
            String content = message.getAs("content");
            if (role == null || content == null) {
                throw new ConfigurationException(
                        "message " + said.size() + " of column " + column + " has no role or no content");
            }
            said.add(Map.entry(role, content));
        }
        if (said.isEmpty()) {
            throw new ConfigurationException("column " + column + " has no messages, it needs at least one");
        }
        return said;
    }

    /**
     * The request of a row.
     *
     * @param ids    the prompt's tokens
     * @param prompt what tells the row apart where there are no keys
     * @throws ConfigurationException when the row's own options are out of range
     */
    GenerationRequest request(Row row, int[] ids, String prompt) {
        SamplerConfig sampling = new SamplerConfig(number(row, "temperature", options.temperature()),
                whole(row, "top_k", options.topK()), number(row, "top_p", options.topP()), number(row, "min_p", 0),
                number(row, "repetition_penalty", 1), seed(row, prompt));
        return new GenerationRequest(ids, whole(row, "max_tokens", options.maxTokens()), sampling, stops(row));
    }

    private long seed(Row row, String prompt) {
        Number own = own(row, "seed");
        if (own != null) {
            return own.longValue();
        }
        List<String> keys = options.keys().isEmpty()
                ? List.of(prompt)
                : options.keys().stream().map(key -> String.valueOf(row.get(place(key)))).toList();
        return RowSeed.of(options.seed(), keys);
    }

    private List<String> stops(Row row) {
        Integer place = places.get(STOP);
        return place == null || row.isNullAt(place) ? options.stops() : row.getList(place);
    }

    private double number(Row row, String column, double otherwise) {
        Number own = own(row, column);
        return own == null ? otherwise : own.doubleValue();
    }

    private int whole(Row row, String column, int otherwise) {
        Number own = own(row, column);
        if (own == null) {
            return otherwise;
        }
        if (own.doubleValue() != Math.rint(own.doubleValue()) || Math.abs(own.doubleValue()) > Integer.MAX_VALUE) {
            throw new ConfigurationException("column " + column + " is " + own + ", must be a whole number");
        }
        return own.intValue();
    }

    private @Nullable Number own(Row row, String column) {
        Integer place = places.get(column);
        return place == null || row.isNullAt(place) ? null : (Number) row.get(place);
    }

    private int place(String column) {
        Integer place = places.get(column);
        if (place == null) {
            throw new ConfigurationException("there is no column " + column);
        }
        return place;
    }
}
