package org.tornadomla.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.tornadomla.constrain.Form;
import org.tornadomla.text.AnswerParser;
import org.tornadomla.tokenizer.TextTokenizer;

/** The way of one answer through the form that it must have, token by token. */
interface AnswerWalk {

    /** Ids that may follow, end tokens left aside. Not to be changed. */
    BitSet allowed();

    /** Whether the answer may end here. */
    boolean isComplete();

    /** Goes on by a token that is allowed. */
    void accept(int id);

    /** JSON from start to end. */
    record OfJson(Form.Walk form, TextTokenizer tokenizer) implements AnswerWalk {

        @Override
        public BitSet allowed() {
            return form.allowed();
        }

        @Override
        public boolean isComplete() {
            return form.isComplete();
        }

        @Override
        public void accept(int id) {
            form.accept(tokenizer.bytes(id));
        }
    }

    /** One of several ways; those that an answer did not take end where it left them. */
    final class OfOne implements AnswerWalk {

        private final List<? extends AnswerWalk> ways;

        OfOne(List<? extends AnswerWalk> ways) {
            this.ways = new ArrayList<>(ways);
        }

        @Override
        public BitSet allowed() {
            BitSet all = new BitSet();
            ways.forEach(way -> all.or(way.allowed()));
            return all;
        }

        @Override
        public boolean isComplete() {
            return ways.stream().anyMatch(AnswerWalk::isComplete);
        }

        @Override
        public void accept(int id) {
            ways.removeIf(way -> !way.allowed().get(id));
            ways.forEach(way -> way.accept(id));
        }
    }

    /** Reasoning that the prompt began, free up to its end mark, and then a form. */
    final class AfterReasoning implements AnswerWalk {

        private final AnswerWalk then;
        private final TextTokenizer tokenizer;
        private final BitSet all;
        private final StringBuilder thought = new StringBuilder();
        private boolean ended;

        AfterReasoning(AnswerWalk then, TextTokenizer tokenizer) {
            this.then = then;
            this.tokenizer = tokenizer;
            this.all = tokenizer.knownIds();
        }

        @Override
        public BitSet allowed() {
            return ended ? then.allowed() : all;
        }

        @Override
        public boolean isComplete() {
            return ended && then.isComplete();
        }

        @Override
        public void accept(int id) {
            if (ended) {
                then.accept(id);
                return;
            }
            // The mark is ASCII, so that bytes of other characters are in nobody's way.
            thought.append(new String(tokenizer.bytes(id), StandardCharsets.ISO_8859_1));
            ended = thought.indexOf(AnswerParser.END_THINK) >= 0;
            thought.delete(0, Math.max(0, thought.length() - AnswerParser.END_THINK.length()));
        }
    }
}
