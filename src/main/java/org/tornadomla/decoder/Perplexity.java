package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;

import org.tornadomla.error.ShapeException;

/**
 * How well a model expects a text: the exponential of the mean negative logarithm of what it gave each token, counted
 * as llama.cpp's {@code llama-perplexity} counts. The text is cut into windows without overlap; in each, tokens of the
 * second half count, so that all have half a window before them.
 */
public final class Perplexity {

    /** Tokens whose logits are on the host at once. */
    private static final int ROWS = 32;

    /**
     * What was found up to a window.
     *
     * @param window how many windows are read
     * @param count  tokens that count
     * @param value  the perplexity
     * @param error  its standard error, from the spread of the logarithms; 0 for fewer than two tokens
     */
    public record Result(int window, long count, double value, double error) {
    }

    private final Decoder decoder;
    private final int width;
    private double sum;
    private double squares;
    private long count;

    private Perplexity(Decoder decoder, int width) {
        this.decoder = decoder;
        this.width = width;
    }

    /** The options of a decoder that can measure: one sequence of a window. */
    public static DecoderOptions options(DecoderOptions options, int width) {
        return options.withBatch(1).withOutputs(ROWS).withCacheTokens(width)
                .withExpandedKeys(Math.min(width, options.expandedKeys()));
    }

    /**
     * Reads a text.
     *
     * @param decoder made with {@link #options}
     * @param ids     the text, with the begin token where the tokenizer adds one
     * @param width   tokens of a window, at least 4
     * @param begin   the begin token, if windows begin with it instead of their first token
     * @param window  told after each window
     * @return the result of all windows; tokens behind the last whole window do not count
     * @throws ShapeException when the text has fewer than two windows, or windows are too narrow
     */
    public static Result of(Decoder decoder, int[] ids, int width, OptionalInt begin, Consumer<Result> window) {
        if (width < 4 || ids.length < 2 * width) {
            throw new ShapeException("perplexity in windows of " + width + " tokens needs windows of at least 4 and a"
                    + " text of at least two of them, got " + ids.length + " tokens; take a longer text or a smaller"
                    + " context");
        }
        Perplexity perplexity = new Perplexity(decoder, width);
        Result result = null;
        for (int from = 0; from + width <= ids.length; from += width) {
            int[] text = Arrays.copyOfRange(ids, from, from + width);
            begin.ifPresent(id -> text[0] = id);
            perplexity.read(text);
            result = perplexity.result(from / width + 1);
            window.accept(result);
        }
        return Objects.requireNonNull(result);
    }

    private void read(int[] text) {
        int first = width / 2;
        try (Sequence sequence = decoder.open()) {
            decoder.append(sequence, Arrays.copyOf(text, first));
            for (int from = first; from < width - 1; from += ROWS) {
                int[] piece = Arrays.copyOfRange(text, from, Math.min(from + ROWS, width - 1));
                float[][] logits = decoder.score(sequence, piece);
                for (int i = 0; i < piece.length; i++) {
                    add(-LogLikelihood.of(logits[i], text[from + i + 1]));
                }
            }
        }
    }

    private void add(double surprise) {
        sum += surprise;
        squares += surprise * surprise;
        count++;
    }

    private Result result(int window) {
        double mean = sum / count;
        double variance = Math.max(0, squares / count - mean * mean);
        double value = Math.exp(mean);
        return new Result(window, count, value, count < 2 ? 0 : value * Math.sqrt(variance / (count - 1)));
    }
}
