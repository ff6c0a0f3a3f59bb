package org.tornadomla.text;

import java.util.ArrayList;
import java.util.List;

/** Gathers parts of an answer and leaves out the white space around reasoning and calls. */
final class Pieces {

    private final List<AnswerPart> parts = new ArrayList<>();
    private final StringBuilder space = new StringBuilder();
    private boolean isReasoning;
    /** Whether white space that comes now stands behind a mark. */
    private boolean behindMark;

    /** Reasoning, or text behind it, begins. */
    void begin(boolean reasoning) {
        isReasoning = reasoning;
        behindMark = true;
    }

    void add(String text) {
        String rest = behindMark ? text.stripLeading() : text;
        if (rest.isEmpty()) {
            return;
        }
        behindMark = false;
        int end = rest.stripTrailing().length();
        if (end > 0) {
            String certain = space + rest.substring(0, end);
            parts.add(isReasoning ? new AnswerPart.Reasoning(certain) : new AnswerPart.Text(certain));
            space.setLength(0);
        }
        space.append(rest, end, rest.length());
    }

    void add(ToolCall call) {
        drop();
        parts.add(new AnswerPart.Call(call));
        behindMark = true;
    }

    /** What white space is held stands before a mark. */
    void drop() {
        space.setLength(0);
    }

    /** What white space is held ends the answer and belongs to it. */
    void end() {
        if (!space.isEmpty()) {
            parts.add(isReasoning ? new AnswerPart.Reasoning(space.toString()) : new AnswerPart.Text(space.toString()));
            drop();
        }
    }

    List<AnswerPart> take() {
        List<AnswerPart> taken = List.copyOf(parts);
        parts.clear();
        return taken;
    }
}
