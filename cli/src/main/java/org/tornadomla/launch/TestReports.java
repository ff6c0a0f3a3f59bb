package org.tornadomla.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** What Maven's reports say of a run of the tests, over all modules. */
final class TestReports {

    private static final Pattern REASON = Pattern.compile("(?:Assumption failed|TestAbortedException): .*");

    private final List<String> skipped = new ArrayList<>();
    private int modules;
    private int run;
    private int failed;
    private int unread;

    private TestReports() {
    }

    /**
     * Reads the reports.
     *
     * @param modules folders of the modules; those without reports had no test to run
     */
    static TestReports in(List<Path> modules) throws IOException {
        TestReports all = new TestReports();
        for (Path module : modules) {
            Path reports = module.resolve("target", "surefire-reports");
            if (Files.isDirectory(reports)) {
                all.modules++;
                try (Stream<Path> files = Files.list(reports)) {
                    files.filter(file -> file.toString().endsWith(".xml")).forEach(all::read);
                }
            }
        }
        Collections.sort(all.skipped);
        return all;
    }

    private void read(Path report) {
        try {
            DocumentBuilder builder = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
            // One that throws and prints nothing.
            builder.setErrorHandler(new DefaultHandler());
            Element suite = builder.parse(report.toFile()).getDocumentElement();
            NodeList tests = suite.getElementsByTagName("skipped");
            for (int index = 0; index < tests.getLength(); index++) {
                skipped.add(line((Element) tests.item(index)));
            }
            run += Integer.parseInt(suite.getAttribute("tests")) - tests.getLength();
            failed += Integer.parseInt(suite.getAttribute("failures")) + Integer.parseInt(suite.getAttribute("errors"));
        } catch (IOException | SAXException | ParserConfigurationException | NumberFormatException e) {
            unread++;
            skipped.add("skipped: unknown, since " + report + " cannot be read: " + e.getMessage());
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

    /** A line for each test that was skipped, with its reason, in order. */
    List<String> skipped() {
        return List.copyOf(skipped);
    }

    /** One line on all of them. */
    String summary() {
        return "tests: " + run + " run, " + failed + " failed, " + (skipped.size() - unread) + " skipped, in " + modules
                + (modules == 1 ? " module" : " modules");
    }

    /** Whether some ran, none failed, and every report can be read. */
    boolean passed() {
        return run > 0 && failed == 0 && unread == 0;
    }
}
