package org.tornadomla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tornadomla.error.ConfigurationException;

/** Variables of a chat template as they are written on a command line. */
final class TemplateArguments {

    /** What the conversation sets itself. */
    private static final Set<String> TAKEN = Set.of("messages", "tools", "add_generation_prompt");

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TemplateArguments() {
    }

    /**
     * Reads variables.
     *
     * @param arguments each {@code NAME=VALUE}
     * @return values by name, in the order in which they were given
     * @throws ConfigurationException for what is no such pair, for a name that is given twice, and for one that is
     *                                    taken
     */
    static Map<String, Object> parse(List<String> arguments) {
        Map<String, Object> variables = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !name.matches("[A-Za-z_][A-Za-z_0-9]*")) {
                throw new ConfigurationException(
                        "--template-arg \"" + argument + "\" must be NAME=VALUE with a name of letters, digits and _");
            }
            if (TAKEN.contains(name)) {
                throw new ConfigurationException(
                        "--template-arg \"" + name + "\" is set by the conversation itself; leave it out");
            }
            if (variables.containsKey(name)) {
                throw new ConfigurationException("--template-arg \"" + name + "\" is given twice, give it once");
            }
            variables.put(name, value(argument.substring(equals + 1)));
        }
        return variables;
    }

    private static Object value(String text) {
        return switch (text) {
            case "True", "true" -> true;
            case "False", "false" -> false;
            case "None", "none", "null" -> null;
            default -> json(text);
        };
    }

    private static Object json(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() || node instanceof NullNode ? text : node;
        } catch (JsonProcessingException e) {
            return text;
        }
    }
}
