package org.tornadomla.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.driver.Work;

/** A continuation as work of a plan, which collects the outputs that are wanted. */
final class ContinuationWork implements Work {

    private final DecoderPlan plan;
    private final Continuation continuation;
    private final Set<Output> wanted;
    /** Of each token, in a model that takes hidden states. */
    private final float @Nullable [][] states;
    private final Candidates need;
    private final int candidates;
    private final List<float[]> logits = new ArrayList<>();
    private final List<float[]> hidden = new ArrayList<>();

    /**
     * @param states     of each token, in a model that takes hidden states
     * @param need       what is needed of logits
     * @param candidates how many of the largest logits the round gives in place of all; 0 for all
     */
    ContinuationWork(DecoderPlan plan, Continuation continuation, float @Nullable [][] states, Set<Output> wanted,
            Candidates need, int candidates) {
        this.plan = plan;
        this.continuation = continuation;
        this.states = states;
        this.wanted = wanted;
        this.need = need;
        this.candidates = candidates;
    }

    @Override
    public CachedSequence sequence() {
        return continuation.sequence().cached();
    }

    @Override
    public int tokens() {
        return continuation.ids().length;
    }

    @Override
    public void place(int token, int row) {
        plan.place(continuation.ids()[token], row);
        if (states != null) {
            plan.place(states[token], row);
        }
    }

    @Override
    public boolean wants(int token) {
        return continuation.wants(token);
    }

    @Override
    public void take(int token, int index) {
        if (wanted.contains(Output.LOGITS) && continuation.wantsLogits(token)) {
            logits.add(candidates > 0 ? plan.read(need, candidates, index) : plan.read(Output.LOGITS, index));
        }
        if (wanted.contains(Output.HIDDEN)) {
            hidden.add(plan.read(Output.HIDDEN, index));
        }
    }

    Outputs outputs() {
        return new Outputs(logits.toArray(float[][]::new), hidden.toArray(float[][]::new));
    }
}
