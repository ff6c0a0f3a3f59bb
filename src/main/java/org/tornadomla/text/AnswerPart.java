package org.tornadomla.text;

/** A part of an answer, as it becomes certain; parts of the same kind that follow each other belong together. */
public sealed interface AnswerPart {

    /** Words for the user. */
    record Text(String text) implements AnswerPart {
    }

    /** Words of the model for itself. */
    record Reasoning(String text) implements AnswerPart {
    }

    /** A whole call. */
    record Call(ToolCall call) implements AnswerPart {
    }
}
