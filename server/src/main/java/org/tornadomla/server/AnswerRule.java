package org.tornadomla.server;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.tornadomla.decoder.TokenRule;

/**
 * What a request has to say of each token of an answer: bias, penalties on what was written, the form that the answer
 * must have; and what it wants to know of each: log-probabilities, as the model gave them.
 */
final class AnswerRule implements TokenRule {

    private final SamplingFields sampling;
    private final List<Integer> endIds;
    private final @Nullable AnswerWalk form;
    private final OptionalInt topLogprobs;
    private final boolean showsSpecial;
    private final Map<Integer, Integer> written = new HashMap<>();
    private Optional<TextModel.Logprobs> logprobs = Optional.empty();

    /** @param form the way of this answer through its form; null for none */
    AnswerRule(TextModel.Order order, List<Integer> endIds, @Nullable AnswerWalk form, boolean showsSpecial) {
        this.sampling = order.sampling();
        this.topLogprobs = order.topLogprobs();
        this.endIds = endIds;
        this.form = form;
        this.showsSpecial = showsSpecial;
    }

    @Override
    public void prepare(float[] logits) {
        sampling.bias().forEach((id, value) -> logits[id] += value);
        written.forEach((id,
                times) -> logits[id] -= (float) (sampling.presencePenalty() + sampling.frequencyPenalty() * times));
        if (form != null) {
            keepToForm(logits);
        }
    }

    private void keepToForm(float[] logits) {
        BitSet allowed = (BitSet) form.allowed().clone();
        endIds.forEach(id -> allowed.set(id, form.isComplete()));
        for (int id = 0; id < logits.length; id++) {
            if (!allowed.get(id)) {
                logits[id] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    @Override
    public void chosen(int id, float[] logits) {
        if (form != null && !endIds.contains(id)) {
            form.accept(id);
        }
        if (sampling.presencePenalty() != 0 || sampling.frequencyPenalty() != 0) {
            written.merge(id, 1, Integer::sum);
        }
        logprobs = topLogprobs.isEmpty() ? Optional.empty() : Optional.of(logprobs(id, logits, topLogprobs.getAsInt()));
    }

    private static TextModel.Logprobs logprobs(int id, float[] logits, int count) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double all = largest + Math.log(sum);
        List<TextModel.Logprobs.Alternative> top = new ArrayList<>();
        BitSet taken = new BitSet();
        for (int place = 0; place < Math.min(count, logits.length); place++) {
            int best = -1;
            for (int other = 0; other < logits.length; other++) {
                if (!taken.get(other) && (best < 0 || logits[other] > logits[best])) {
                    best = other;
                }
            }
            taken.set(best);
            top.add(new TextModel.Logprobs.Alternative(best, logits[best] - all));
        }
        return new TextModel.Logprobs(logits[id] - all, top);
    }

    /** Those of the token that was chosen last. */
    Optional<TextModel.Logprobs> logprobs() {
        return logprobs;
    }

    @Override
    public boolean showsSpecialTokens() {
        return showsSpecial;
    }
}
