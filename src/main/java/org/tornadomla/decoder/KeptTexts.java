package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.tornadomla.error.CacheException;

/**
 * Texts that ended and keep their rows, for those that begin as they did. None begins as another one does: of two, the
 * longer is kept. When pages are needed the one goes first that was of no use for longest. For the thread that
 * computes.
 */
final class KeptTexts {

    /** A text that ended. Two are never equal, so that they can be told apart in a set. */
    static final class Kept {

        private final int[] tokens;
        private final Sequence sequence;
        /** Remembered, since a sequence that is lost with its device tells nothing. */
        private final int[] pages;

        private Kept(int[] tokens, Sequence sequence) {
            this.tokens = tokens;
            this.sequence = sequence;
            this.pages = sequence.pages();
        }

        /** Leading tokens that it has in common with others. */
        int common(int[] others) {
            int first = Arrays.mismatch(tokens, others);
            return first < 0 ? tokens.length : first;
        }

        Sequence sequence() {
            return sequence;
        }
    }

    /** In the order of their tokens, so that the longest common beginning is that of a neighbour. */
    private final TreeMap<int[], Kept> byTokens = new TreeMap<>(Arrays::compare);
    /** The one that was of no use for longest first. */
    private final LinkedHashSet<Kept> byUse = new LinkedHashSet<>();
    /** How many texts hold each page. */
    private final Map<Integer, Integer> holders = new HashMap<>();

    /** Pages that kept texts hold. */
    int pages() {
        return holders.size();
    }

    /** Texts. */
    int size() {
        return byUse.size();
    }

    /** The text with the longest beginning in common with tokens; null where there is no text. */
    @Nullable
    Kept closest(int[] tokens) {
        Map.@Nullable Entry<int[], Kept> below = byTokens.floorEntry(tokens);
        Map.@Nullable Entry<int[], Kept> above = byTokens.ceilingEntry(tokens);
        if (below == null || above == null) {
            return above != null ? above.getValue() : below == null ? null : below.getValue();
        }
        return below.getValue().common(tokens) > above.getValue().common(tokens) ? below.getValue() : above.getValue();
    }

    /** A text was of use. */
    void used(Kept text) {
        byUse.remove(text);
        byUse.add(text);
    }

    /**
     * Keeps a text, or gives its memory back where another one has its tokens already.
     *
     * @param tokens those whose rows the sequence has, all of them
     */
    void keep(int[] tokens, Sequence sequence) {
        Map.@Nullable Entry<int[], Kept> above = byTokens.ceilingEntry(tokens);
        if (above != null && above.getValue().common(tokens) == tokens.length) {
            used(above.getValue());
            sequence.close();
            return;
        }
        Map.@Nullable Entry<int[], Kept> below = byTokens.floorEntry(tokens);
        if (below != null && below.getValue().common(tokens) == below.getKey().length) {
            drop(below.getValue());
        }
        Kept kept = new Kept(tokens, sequence);
        byTokens.put(tokens, kept);
        byUse.add(kept);
        for (int page : kept.pages) {
            holders.merge(page, 1, Integer::sum);
        }
    }

    /**
     * Gives the memory of the text back that was of no use for longest.
     *
     * @return whether there was one
     */
    boolean dropOne() {
        if (byUse.isEmpty()) {
            return false;
        }
        drop(byUse.getFirst());
        return true;
    }

    private void drop(Kept text) {
        byUse.remove(text);
        byTokens.remove(text.tokens);
        for (int page : text.pages) {
            holders.computeIfPresent(page, (_, texts) -> texts == 1 ? null : texts - 1);
        }
        text.sequence.close();
    }

    /** Gives all memory back; also on a device that failed, or whose decoder is closed. */
    void clear() {
        for (Kept text : byUse) {
            try {
                text.sequence.close();
            } catch (CacheException closedAlready) {
                // The sequence ended with its cache.
            }
        }
        byUse.clear();
        byTokens.clear();
        holders.clear();
    }
}
