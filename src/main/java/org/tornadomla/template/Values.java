package org.tornadomla.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values of Java, and of JSON, as a template sees them; counts what it converts. */
final class Values {

    private static final int DEPTH = 150;

    private final Run free = new Run(Map.of(), Integer.MAX_VALUE, 0, null);
    private long count;
    private long characters;

    /** How many values were converted. */
    long count() {
        return count;
    }

    /** How many characters their texts have. */
    long characters() {
        return characters;
    }

    /**
     * Converts null, Boolean, String, numbers, lists, maps with text keys, and JSON.
     *
     * @throws PyError for anything else
     */
    Object convert(Object value) {
        return convert(value, 0);
    }

    private Object convert(Object value, int depth) {
        count++;
        if (depth > DEPTH) {
            throw PyError.limit("a value given to the template has more than " + DEPTH + " levels");
        }
        return switch (value) {
            case null -> null;
            case Boolean flag -> flag;
            case String text -> text(text);
            case Integer number -> number.longValue();
            case Long number -> number;
            case BigInteger number -> Numbers.normal(number);
            case Double number -> number;
            case Float number -> number.doubleValue();
            case JsonNode node -> json(node, depth);
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(convert(item, depth + 1)));
                yield new ListValue(items);
            }
            case Map<?, ?> map -> {
                DictValue dict = new DictValue();
                map.forEach((key, item) -> dict.put(free, text((String) key), convert(item, depth + 1)));
                yield dict;
            }
            default -> throw PyError.type("a template cannot be given a " + value.getClass().getName());
        };
    }

    private String text(String text) {
        characters += text.length();
        return text;
    }

    private Object json(JsonNode node, int depth) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> node.booleanValue();
            case STRING -> text(node.textValue());
            case NUMBER ->
                node.isIntegralNumber() ? Numbers.normal(node.bigIntegerValue()) : (Object) node.doubleValue();
            case ARRAY -> {
                List<Object> items = new ArrayList<>(node.size());
                node.forEach(item -> items.add(convert(item, depth + 1)));
                yield new ListValue(items);
            }
            case OBJECT -> {
                DictValue dict = new DictValue();
                node.properties()
                        .forEach(entry -> dict.put(free, text(entry.getKey()), convert(entry.getValue(), depth + 1)));
                yield dict;
            }
            default -> throw PyError.type("a template cannot be given JSON of the kind " + node.getNodeType());
        };
    }
}
