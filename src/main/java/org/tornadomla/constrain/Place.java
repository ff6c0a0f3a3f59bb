package org.tornadomla.constrain;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Where an answer is in a network: every state that its bytes may have led to, each with the rules that wait for it to
 * end. Immutable; two places are equal when the same may follow.
 */
final class Place {

    /** Rules inside each other from which on nothing nests further. */
    static final int DEEPEST = 200;

    /** Stands in the table of what follows for a byte that may not. */
    private static final Place NOWHERE = new Place(null, Set.of(), false);

    private final Network network;
    private final Branch[] threads;
    private final boolean complete;
    private final int hash;
    /** What follows a byte, as far as it was asked for; any thread may fill it, always with what is equal. */
    private final Place[] next = new Place[256];

    /**
     * The rules that wait, the innermost first.
     *
     * @param end    state at which the rule that runs ends
     * @param goesOn state at which the waiting rule goes on
     * @param outer  rules around that one; null for none
     * @param depth  rules that wait
     * @param hash   of all of it
     */
    private record Waiting(int end, int goesOn, Waiting outer, int depth, int hash) {

        Waiting(int end, int goesOn, Waiting outer) {
            this(end, goesOn, outer, outer == null ? 1 : outer.depth + 1,
                    31 * (31 * end + goesOn) + (outer == null ? 7 : outer.hash));
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            Waiting mine = this;
            if (!(other instanceof Waiting its) || its.hash != hash) {
                return false;
            }
            while (mine != its) {
                if (mine == null || its == null || mine.hash != its.hash || mine.end != its.end
                        || mine.goesOn != its.goesOn) {
                    return false;
                }
                mine = mine.outer;
                its = its.outer;
            }
            return true;
        }
    }

    /** A state, and what waits for it; null where nothing does. */
    private record Branch(int state, Waiting waiting) {
    }

    private Place(Network network, Set<Branch> closed, boolean complete) {
        this.network = network;
        this.threads = closed.toArray(Branch[]::new);
        this.complete = complete;
        int sum = complete ? 1 : 0;
        for (Branch thread : threads) {
            sum += thread.hashCode();
        }
        this.hash = sum;
    }

    /** The beginning of a rule. */
    static Place start(Network network, Network.Rule rule) {
        Closure closure = new Closure(network, rule.end());
        closure.enter(new Branch(rule.start(), null));
        return closure.place();
    }

    /** Whether the answer may end here. */
    boolean isComplete() {
        return complete;
    }

    /** Whether nothing may follow. */
    boolean isEnd() {
        return threads.length == 0;
    }

    /**
     * Where a byte leads.
     *
     * @param value  the byte, from 0 to 255
     * @param root   state at which the outermost rule ends
     * @param places where equal places are one
     * @return null when the byte may not follow
     */
    @SuppressWarnings("ReferenceEquality") // The one place that stands for none, not one like it.
    Place after(int value, int root, Places places) {
        Place known = next[value];
        if (known == null) {
            Place found = find(value, root);
            known = found == null ? NOWHERE : places.one(found);
            next[value] = known;
        }
        return known == NOWHERE ? null : known;
    }

    private Place find(int value, int root) {
        Closure closure = null;
        for (Branch thread : threads) {
            int[] transitions = network.transitions(thread.state);
            for (int i = 0; i < transitions.length; i += 3) {
                if (value >= transitions[i] && value <= transitions[i + 1]) {
                    closure = closure == null ? new Closure(network, root) : closure;
                    closure.enter(new Branch(transitions[i + 2], thread.waiting));
                }
            }
        }
        return closure == null ? null : closure.place();
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Place place && place.hash == hash && place.complete == complete
                && place.threads.length == threads.length
                && new HashSet<>(Arrays.asList(threads)).equals(new HashSet<>(Arrays.asList(place.threads)));
    }

    /** Follows what needs no byte: silent transitions, entries into rules and returns from them. */
    private static final class Closure {

        private final Network network;
        private final int root;
        private final Set<Branch> seen = new HashSet<>();
        private final Set<Branch> kept = new HashSet<>();
        private boolean complete;

        Closure(Network network, int root) {
            this.network = network;
            this.root = root;
        }

        void enter(Branch thread) {
            if (!seen.add(thread)) {
                return;
            }
            int state = thread.state;
            if (network.transitions(state).length > 0) {
                kept.add(thread);
            }
            for (int target : network.silentTargets(state)) {
                enter(new Branch(target, thread.waiting));
            }
            int[] calls = network.calls(state);
            for (int i = 0; i < calls.length; i += 4) {
                if (calls[i + 3] == 0 || thread.waiting == null || thread.waiting.depth < DEEPEST) {
                    enter(new Branch(calls[i], new Waiting(calls[i + 1], calls[i + 2], thread.waiting)));
                }
            }
            if (thread.waiting != null && state == thread.waiting.end) {
                enter(new Branch(thread.waiting.goesOn, thread.waiting.outer));
            }
            complete |= thread.waiting == null && state == root;
        }

        Place place() {
            return new Place(network, kept, complete);
        }
    }
}
