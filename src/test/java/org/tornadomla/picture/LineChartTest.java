package org.tornadomla.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Pictures of lines are XML that a browser draws, with every number in its place. */
class LineChartTest {

    private static Document drawn(LineChart chart) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.svg())));
    }

    private static List<Element> elements(Document picture, String name) {
        NodeList found = picture.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
    }

    private static double[][] points(Element line) {
        return Arrays.stream(line.getAttribute("points").split(" "))
                .map(point -> Arrays.stream(point.split(",")).mapToDouble(Double::parseDouble).toArray())
                .toArray(double[][]::new);
    }

    @Test
    void numbersStandWhereTheAxisPutsThem() throws Exception {
        LineChart chart = new LineChart(Axis.powers(0, 2), 10, "caption");
        chart.line("loss", new double[]{0, 5, 10}, new double[]{100, 10, 1});
        double[][] points = points(elements(drawn(chart), "polyline").getFirst());
        assertEquals("[[56.0, 20.0], [336.0, 150.0], [616.0, 280.0]]", Arrays.deepToString(points));
    }

    /** The mean of the means is the mean of all, and a line has no more points than a reader can see. */
    @Test
    void manyStepsAreMeans() throws Exception {
        LineChart chart = new LineChart(Axis.even(0, 1), 700, "caption");
        chart.means("loss", IntStream.range(0, 700).mapToDouble(step -> step % 2).toArray());
        chart.means("few", new double[]{1, 0, 1});
        List<Element> lines = elements(drawn(chart), "polyline");
        double[][] points = points(lines.getFirst());
        assertEquals(140, points.length);
        // Of five steps two or three are 1.
        assertTrue(Arrays.stream(points).allMatch(point -> point[1] > 120 && point[1] < 180));
        assertEquals(150, Arrays.stream(points).mapToDouble(point -> point[1]).average().orElseThrow(), 1);
        assertEquals(3, points(lines.getLast()).length);
        assertFalse(lines.getFirst().getAttribute("stroke").equals(lines.getLast().getAttribute("stroke")));
    }

    @Test
    void textsAreTexts() throws Exception {
        LineChart chart = new LineChart(Axis.even(0, 1), 1, "a < b & c > d");
        chart.line("<loss>", new double[]{0}, new double[]{0.5});
        List<String> texts = elements(drawn(chart), "text").stream().map(Element::getTextContent).toList();
        assertTrue(texts.containsAll(List.of("a < b & c > d", "<loss>")), texts.toString());
    }

    /** A training whose loss stays the same is a level line, with numbers in it alone. */
    @Test
    void aLevelLineHasPlaces() throws Exception {
        LineChart chart = new LineChart(Axis.even(1, 1), 2, "caption");
        chart.line("loss", new double[]{1, 2}, new double[]{1, 1});
        assertFalse(chart.svg().contains("NaN"), chart.svg());
        assertEquals(2, points(elements(drawn(chart), "polyline").getFirst()).length);
    }
}
