package org.tornadomla.tokenizer;

import java.util.List;

/**
 * Ends a text as soon as one of some stop strings is complete in it, wherever the text is cut into pieces. Text that
 * may turn out to be the start of a stop string is held back until that is decided; the stop string itself and what
 * follows it are never returned. Of stop strings that are completed by the same character the longest counts.
 *
 * <p>One object serves one text and one thread.
 */
public final class StopStrings {

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    /**
     * Stop strings of one text; none at all lets everything through.
     *
     * @throws IllegalArgumentException when one is empty, since it would end every text before it began
     */
    public StopStrings(List<String> stops) {
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a stop string must not be empty, given " + stops);
        }
        this.stops = List.copyOf(stops);
    }

    /** The part of the text so far that is decided and was not yet returned; empty after a stop string. */
    public String accept(String piece) {
        for (int i = 0; i < piece.length() && !stopped; i++) {
            held.append(piece.charAt(i));
            int stopLength = completedStop();
            if (stopLength > 0) {
                stopped = true;
                held.setLength(held.length() - stopLength);
            }
        }
        return take(stopped ? held.length() : held.length() - undecided());
    }

    /** Whether a stop string was found: no more tokens are needed. */
    public boolean stopped() {
        return stopped;
    }

    /** What was held back when the text ends without a stop string. */
    public String finish() {
        return take(held.length());
    }

    private String take(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    /** Length of the longest stop string that the held text ends with; 0 for none. */
    private int completedStop() {
        int longest = 0;
        for (String stop : stops) {
            if (stop.length() > longest && endsWith(stop, stop.length())) {
                longest = stop.length();
            }
        }
        return longest;
    }

    /** Length of the longest end of the held text that a stop string may begin with. */
    private int undecided() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (endsWith(stop, length)) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private boolean endsWith(String stop, int length) {
        int start = held.length() - length;
        if (start < 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (held.charAt(start + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
