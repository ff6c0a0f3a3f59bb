package org.tornadomla.lanes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of PTX among the test resources. */
final class PtxSnippets {

    private static final List<String> ALL = List.of("memory", "together", "control", "barriers");
    private static final Pattern OPCODE = Pattern.compile("(?m)^\\s*(?:@!?\\w+\\s+)?([a-z]\\w*)\\b[^:\\n]*;");

    private PtxSnippets() {
    }

    static String text(String name) {
        try (InputStream stream = PtxSnippets.class.getResourceAsStream("/lanes/ptx/" + name + ".ptx")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The opcodes that the texts use. */
    static Set<String> opcodes() {
        Set<String> opcodes = new TreeSet<>();
        for (String name : ALL) {
            Matcher found = OPCODE.matcher(text(name));
            while (found.find()) {
                opcodes.add(found.group(1));
            }
        }
        return opcodes;
    }
}
