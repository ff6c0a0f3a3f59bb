package org.tornadomla.text;

import java.util.List;
import java.util.Optional;

/**
 * Takes an answer apart while it comes: reasoning, text, and calls of tools. How the answer is cut into pieces changes
 * nothing. What looks like a call and is none stays text, letter by letter; so do marks of reasoning that do not stand
 * at the start. White space around reasoning and calls belongs to neither and is left out.
 *
 * <p>The marks are special tokens in some families: the text must be decoded with them.
 */
public final class AnswerParser {

    static final String THINK = "<think>";
    /** The mark that ends reasoning. */
    public static final String END_THINK = "</think>";

    private enum State {
        START,
        REASONING,
        TEXT,
        CALLS
    }

    private final AnswerForm form;
    private final Pieces pieces = new Pieces();
    private final StringBuilder held = new StringBuilder();
    private State state;
    /** Calls of the section that is being read. */
    private int calls;

    /**
     * A parser for one answer.
     *
     * @param form   how the model writes
     * @param prompt what the model was given: it may have begun the reasoning already, or ended it
     */
    public AnswerParser(AnswerForm form, String prompt) {
        this.form = form;
        if (!form.reasons() || prompt.stripTrailing().endsWith(END_THINK)) {
            state = State.TEXT;
        } else if (form.isReasoning(prompt)) {
            state = State.REASONING;
            pieces.begin(true);
        } else {
            state = State.START;
        }
    }

    /**
     * Takes the next piece of the answer.
     *
     * @return what has become certain
     */
    public List<AnswerPart> add(String piece) {
        held.append(piece);
        // Every mark ends with this letter: nothing is decided about a call before it comes.
        if (state != State.CALLS || piece.indexOf('>') >= 0) {
            advance();
        }
        return pieces.take();
    }

    /**
     * Ends the answer.
     *
     * @return what was held back
     */
    public List<AnswerPart> end() {
        advance();
        while (!held.isEmpty()) {
            if (state == State.CALLS) {
                refuse();
                advance();
            } else {
                emit(held.length());
            }
        }
        pieces.end();
        return pieces.take();
    }

    private void advance() {
        boolean moved = true;
        while (moved) {
            moved = switch (state) {
                case START -> start();
                case REASONING -> reasoning();
                case TEXT -> text();
                case CALLS -> call();
            };
        }
    }

    private void emit(int length) {
        pieces.add(held.substring(0, length));
        held.delete(0, length);
    }

    private boolean start() {
        String rest = held.toString().stripLeading();
        if (rest.startsWith(THINK)) {
            held.setLength(0);
            held.append(rest, THINK.length(), rest.length());
            state = State.REASONING;
            pieces.begin(true);
            return true;
        }
        if (THINK.startsWith(rest)) {
            return false;
        }
        state = State.TEXT;
        return true;
    }

    private boolean reasoning() {
        int end = held.indexOf(END_THINK);
        if (end < 0) {
            emit(held.length() - begun(END_THINK));
            return false;
        }
        emit(end);
        held.delete(0, END_THINK.length());
        pieces.drop();
        pieces.begin(false);
        state = State.TEXT;
        return true;
    }

    private boolean text() {
        Optional<CallForm> known = form.calls();
        int start = known.isEmpty() ? -1 : held.indexOf(known.get().opening());
        if (start < 0) {
            emit(held.length() - (known.isEmpty() ? 0 : begun(known.get().opening())));
            return false;
        }
        emit(start);
        state = State.CALLS;
        calls = 0;
        return true;
    }

    /** How many letters at the end of what is held may be the start of a mark. */
    private int begun(String mark) {
        for (int length = Math.min(mark.length() - 1, held.length()); length > 0; length--) {
            if (mark.startsWith(held.substring(held.length() - length))) {
                return length;
            }
        }
        return 0;
    }

    /**
     * Reads the next call, or the end of the section; what is held starts with the opening, or with what follows a
     * call.
     */
    private boolean call() {
        CallForm known = form.calls().orElseThrow();
        String rest = held.substring(calls == 0 && known.hasSection() ? known.sectionBegin().length() : 0)
                .stripLeading();
        if (rest.startsWith(known.begin())) {
            return body(known, rest.substring(known.begin().length()));
        }
        if (calls > 0 && rest.startsWith(known.sectionEnd())) {
            keep(rest.substring(known.sectionEnd().length()));
            state = State.TEXT;
            return true;
        }
        boolean mayCome = known.begin().startsWith(rest) || calls > 0 && known.sectionEnd().startsWith(rest);
        if (!mayCome) {
            refuse();
        }
        return !mayCome;
    }

    private boolean body(CallForm known, String body) {
        int end = known.endOf(body);
        if (end < 0) {
            return false;
        }
        Optional<ToolCall> call = known.reader().read(body.substring(0, end));
        if (call.isEmpty()) {
            refuse();
            return true;
        }
        pieces.add(call.get());
        keep(body.substring(end + known.end().length()));
        calls++;
        state = known.hasSection() ? State.CALLS : State.TEXT;
        return true;
    }

    private void keep(String rest) {
        held.setLength(0);
        held.append(rest);
    }

    /** What is held is no call: its first mark is text, and the rest is read as such. */
    private void refuse() {
        state = State.TEXT;
        if (calls == 0) {
            emit(form.calls().orElseThrow().opening().length());
        }
    }
}
