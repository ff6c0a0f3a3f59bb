package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.tornadomla.cli.Main;

/** JBang's catalogue names the artifact that the build makes, and gives its JVM what the launcher gives its own. */
class JbangTest {

    private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");

    /** The keys that JBang 0.1 reads of an alias. */
    private static final Set<String> KEYS = Set.of("script-ref", "description", "java", "main", "java-options");

    private static JsonNode alias() throws Exception {
        JsonNode catalogue = new ObjectMapper().readTree(Path.of("jbang-catalog.json").toFile());
        assertEquals(Set.of("aliases"), names(catalogue));
        return catalogue.get("aliases").get("mla");
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new HashSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void namesTheArtifactAndItsMainClass() throws Exception {
        JsonNode alias = alias();
        assertEquals(KEYS, names(alias));
        Matcher version = VERSION.matcher(Files.readString(Path.of("cli", "pom.xml")));
        assertTrue(version.find());
        assertEquals("org.tornadomla:tornado-mla-cli:" + version.group(1), alias.get("script-ref").textValue());
        assertEquals(Main.class.getName(), alias.get("main").textValue());
        assertEquals("25+", alias.get("java").textValue());
    }

    @Test
    void givesTheOptionsOfTheLauncher() throws Exception {
        Matcher flags = Pattern.compile("<run.flags>([^<]*)</run.flags>")
                .matcher(Files.readString(Path.of("parent", "pom.xml")));
        assertTrue(flags.find());
        List<String> launcher = ArgumentFile
                .words(Files.readString(Path.of("src", "launch", "run.args")).replace("${run.flags}", flags.group(1)));
        List<String> options = new ArrayList<>();
        alias().get("java-options").forEach(option -> options.add(option.textValue()));
        assertEquals(new HashSet<>(launcher), new HashSet<>(options));
    }
}
