package org.tornadomla.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.TemplateException;

/**
 * Small templates for the constructs of the dialect, with the texts of Jinja 3.1.6 on Python 3.11, set up as
 * transformers sets it up. A case is an index of variables, a template, and its text; without text Jinja raises an
 * error.
 */
class ConstructsTest {

    private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 28, 9, 5, 7);

    @Test
    void textsAreThoseOfJinja() throws Exception {
        JsonNode root;
        try (InputStream file = ConstructsTest.class.getResourceAsStream("/template/constructs.json")) {
            root = JsonMapper.builder().build().readTree(file);
        }
        List<String> wrong = new ArrayList<>();
        for (JsonNode example : root.get("cases")) {
            String source = example.get(1).textValue();
            String expected = example.path(2).textValue();
            String text = render(source, root.get("variables").get(example.get(0).intValue()));
            boolean isRight = expected == null ? text.startsWith("refused: ") : text.equals(expected);
            if (!isRight) {
                wrong.add(source + " expected <" + expected + "> but was <" + text + ">");
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(3184, root.get("cases").size());
    }

    private static String render(String source, JsonNode variables) {
        Map<String, Object> given = new LinkedHashMap<>();
        variables.properties().forEach(entry -> given.put(entry.getKey(), entry.getValue()));
        try {
            return Template.of("construct", source).render(given, () -> NOW);
        } catch (TemplateException e) {
            return "refused: " + e.getMessage();
        }
    }
}
