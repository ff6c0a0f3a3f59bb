package org.tornadomla.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.tornadomla.error.TemplateException;

/**
 * Renderings of published chat templates, made by transformers: files of JSON in a folder beside the project, or in the
 * one that {@code -Dmla.goldens.templates=FOLDER} names. {@code -Dmla.goldens.date} is the date on which they were
 * made.
 */
class PublishedTemplatesTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Path FOLDER = Path
            .of(System.getProperty("mla.goldens.templates", "../shared/goldens/templates"));
    private static final LocalDateTime NOW = LocalDate.parse(System.getProperty("mla.goldens.date", "2026-11-28"))
            .atStartOfDay();

    @Test
    void renderingsAreEqualOrRefused(TestReporter reporter) throws Exception {
        assumeTrue(Files.isDirectory(FOLDER),
                FOLDER + " is not there: the published templates are not part of the project");
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        assertTrue(!files.isEmpty(), FOLDER + " holds no renderings");
        List<String> wrong = new ArrayList<>();
        int equal = 0;
        int refused = 0;
        for (Path file : files) {
            JsonNode golden = MAPPER.readTree(file.toFile());
            Template template = Template.of(golden.get("name").textValue(), golden.get("source").textValue());
            for (JsonNode example : golden.get("cases")) {
                String difference = difference(template, golden, example);
                if (difference != null) {
                    wrong.add(file.getFileName() + ", " + example.get("id").textValue() + ": " + difference);
                } else if (example.has("error")) {
                    refused++;
                } else {
                    equal++;
                }
            }
        }
        reporter.publishEntry("renderings", files.size() + " templates: " + equal + " equal, " + refused
                + " refused as expected, " + wrong.size() + " wrong");
        assertEquals(List.of(), wrong);
    }

    /** What is wrong with a rendering; null if nothing is. */
    private static String difference(Template template, JsonNode golden, JsonNode example) {
        Map<String, Object> variables = new LinkedHashMap<>();
        for (String token : List.of("bos_token", "eos_token")) {
            if (golden.hasNonNull(token)) {
                variables.put(token, golden.get(token));
            }
        }
        example.get("variables").properties().forEach(entry -> variables.put(entry.getKey(), entry.getValue()));
        for (String name : List.of("messages", "add_generation_prompt", "tools")) {
            variables.put(name, example.get(name));
        }
        variables.put("documents", null);
        try {
            String text = template.render(variables, () -> NOW);
            String expected = example.path("expected").textValue();
            return text.equals(expected) ? null : "expected <" + expected + "> but was <" + text + ">";
        } catch (TemplateException e) {
            return example.has("error") ? null : e.getMessage();
        }
    }
}
