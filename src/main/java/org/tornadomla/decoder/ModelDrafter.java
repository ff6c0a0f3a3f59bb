package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;

/** Guesses with another model of the same tokens: what it takes for likeliest, token by token. */
final class ModelDrafter implements Drafter {

    /**
     * What the model has of a text.
     *
     * @param rows of the tokens
     * @param ids  the tokens, guesses of the last round among them
     */
    private record Seen(Sequence rows, int... ids) {
    }

    private final Decoder model;
    private final Map<RunningText, Seen> texts = new HashMap<>();

    /** @param model stays the caller's to close */
    ModelDrafter(Decoder model) {
        this.model = model;
    }

    @Override
    public void check(Decoder decoder) {
        if (decoder.model().vocabSize() != model.model().vocabSize()) {
            throw new ConfigurationException("the model that guesses has a vocabulary of " + model.model().vocabSize()
                    + " tokens, the one that writes " + decoder.model().vocabSize() + "; they must be the same");
        }
    }

    @Override
    public int[] draft(RunningText text, int most) {
        int[] ids = text.generation().tokens(0, text.generation().length());
        Seen seen = texts.get(text);
        Sequence rows = seen == null ? model.open() : seen.rows;
        int[] drafts = new int[most];
        try {
            int common = seen == null ? 0 : Math.max(0, Arrays.mismatch(seen.ids, ids));
            common = Math.min(common, ids.length - 1);
            rows.truncate(common);
            int[] next = Arrays.copyOfRange(ids, common, ids.length);
            for (int i = 0; i < most; i++) {
                drafts[i] = Drafter.likeliest(model.append(rows, next));
                next = new int[]{drafts[i]};
            }
            texts.put(text, new Seen(rows,
                    IntStream.concat(IntStream.of(ids), IntStream.of(drafts).limit(most - 1L)).toArray()));
            return drafts;
        } catch (CacheException full) {
            // There is no room for guesses, so there are none.
            rows.close();
            texts.remove(text);
            return new int[0];
        }
    }

    @Override
    public void leave(RunningText text) {
        Seen seen = texts.remove(text);
        if (seen != null) {
            seen.rows.close();
        }
    }
}
