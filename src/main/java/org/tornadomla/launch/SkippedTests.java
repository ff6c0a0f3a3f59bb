package org.tornadomla.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The tests that did not run, as Maven's reports say. */
final class SkippedTests {

    private static final Pattern REASON = Pattern.compile("(?:Assumption failed|TestAbortedException): .*");

    private SkippedTests() {
    }

    /**
     * A line for each test that was skipped, with its reason, in order.
     *
     * @param reports folder of Maven's reports; it may be missing
     */
    static List<String> in(Path reports) throws IOException {
        if (!Files.isDirectory(reports)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(reports)) {
            return files.filter(file -> file.toString().endsWith(".xml")).flatMap(file -> of(file).stream()).sorted()
                    .toList();
        }
    }

    private static List<String> of(Path report) {
        try {
            NodeList skipped = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile())
                    .getElementsByTagName("skipped");
            return Stream.iterate(0, index -> index < skipped.getLength(), index -> index + 1)
                    .map(index -> line((Element) skipped.item(index))).toList();
        } catch (IOException | SAXException | ParserConfigurationException e) {
            return List.of("skipped: unknown, since " + report + " cannot be read: " + e.getMessage());
        }
    }

    private static String line(Element skipped) {
        Element test = (Element) skipped.getParentNode();
        return "skipped: " + test.getAttribute("classname") + "." + test.getAttribute("name") + ": " + reason(skipped);
    }

    private static String reason(Element skipped) {
        if (!skipped.getAttribute("message").isEmpty()) {
            return skipped.getAttribute("message");
        }
        Matcher reason = REASON.matcher(skipped.getTextContent());
        return reason.find() ? reason.group() : "no reason given";
    }
}
