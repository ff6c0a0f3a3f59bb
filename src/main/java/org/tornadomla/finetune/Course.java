package org.tornadomla.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The losses of a training so far. */
public final class Course {

    /**
     * A loss of the text that is held out.
     *
     * @param step steps that were taken before
     * @param loss mean of a token
     */
    public record HeldOut(int step, double loss) {
    }

    private final List<Double> losses = new ArrayList<>();
    private final List<HeldOut> heldOut = new ArrayList<>();

    void add(double loss) {
        losses.add(loss);
    }

    void add(HeldOut loss) {
        heldOut.add(loss);
    }

    /** Steps that were taken. */
    public int steps() {
        return losses.size();
    }

    /** The loss of every step, of its batch before the weights moved. */
    public double[] losses() {
        return losses.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Losses of the text that is held out, in the order of their steps. */
    public List<HeldOut> heldOut() {
        return List.copyOf(heldOut);
    }

    /** Whether the text that is held out was read after so many steps. */
    boolean isRead(int step) {
        return !heldOut.isEmpty() && heldOut.getLast().step == step;
    }

    /** The mean of the losses of the steps from one on. */
    public double mean(int from) {
        return losses.stream().skip(from).mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The losses as a text that {@link #read} takes. */
    String[] texts() {
        return new String[]{losses.stream().map(String::valueOf).collect(Collectors.joining(" ")),
            heldOut.stream().map(point -> point.step + ":" + point.loss).collect(Collectors.joining(" "))};
    }

    static Course read(String losses, String heldOut) {
        Course course = new Course();
        parts(losses).forEach(loss -> course.add(Double.parseDouble(loss)));
        parts(heldOut).forEach(point -> {
            String[] both = point.split(":", 2);
            if (both.length != 2) {
                throw new NumberFormatException("\"" + point + "\" is no step and its loss");
            }
            course.add(new HeldOut(Integer.parseInt(both[0]), Double.parseDouble(both[1])));
        });
        return course;
    }

    private static Stream<String> parts(String text) {
        return text.isEmpty() ? Stream.empty() : Stream.of(text.split(" "));
    }
}
