package org.tornadomla.decoder;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.decoder.Continuation.Rows;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;

/**
 * Guesses with a model's prediction layer. Row i of a text there joins the hidden state of token i with token i + 1 and
 * says what token i + 2 may be. A guess behind that takes the layer's own hidden state for the model's, and its row is
 * given up again.
 *
 * <p>A text whose first rows came from another text begins here where its own do: positions only count as differences.
 */
final class PredictionDrafter implements Drafter {

    /** What the layer has of a text. */
    private static final class Seen {

        private final Sequence rows;
        /** Place of the token whose hidden state comes next. */
        private int next;
        private @Nullable Outputs last;

        private Seen(Sequence rows, int next) {
            this.rows = rows;
            this.next = next;
        }
    }

    private final Decoder layer;
    private final Map<RunningText, Seen> texts = new HashMap<>();

    /** @param layer stays the caller's to close */
    PredictionDrafter(Decoder layer) {
        this.layer = layer;
    }

    @Override
    public void check(Decoder decoder) {
        ModelConfig own = decoder.model().prediction().orElseThrow(() -> new ConfigurationException(
                decoder.model().modelType() + " has no prediction layers (num_nextn_predict_layers)"));
        if (!own.weights().equals(layer.model().weights())) {
            throw new ConfigurationException("the prediction layer is that of another model");
        }
    }

    @Override
    public boolean wantsHidden() {
        return true;
    }

    @Override
    public void computed(RunningText text, int from, float[][] hidden) {
        Seen seen = texts.get(text);
        if (seen == null || seen.next != from) {
            leave(text);
            seen = new Seen(layer.open(), from);
            texts.put(text, seen);
        }
        seen.next = from + hidden.length;
        try {
            int[] behind = text.generation().tokens(from + 1, seen.next + 1);
            seen.last = layer.predict(new Continuation(seen.rows, Rows.LAST, behind), hidden);
        } catch (CacheException full) {
            // There is no room for guesses, so there are none.
            leave(text);
        }
    }

    @Override
    public int[] draft(RunningText text, int most) {
        Seen seen = texts.get(text);
        if (seen == null || seen.last == null || seen.next != text.computed()) {
            return new int[0];
        }
        int length = seen.rows.length();
        int[] drafts = new int[most];
        int made = 0;
        try {
            Outputs outputs = seen.last;
            while (true) {
                drafts[made++] = Drafter.likeliest(outputs.logits()[0]);
                if (made == most) {
                    break;
                }
                outputs = layer.predict(new Continuation(seen.rows, Rows.LAST, drafts[made - 1]), outputs.hidden());
            }
            seen.rows.truncate(length);
        } catch (CacheException full) {
            leave(text);
        }
        return Arrays.copyOf(drafts, made);
    }

    @Override
    public void leave(RunningText text) {
        Seen seen = texts.remove(text);
        if (seen != null) {
            seen.rows.close();
        }
    }
}
