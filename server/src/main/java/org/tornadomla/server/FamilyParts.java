package org.tornadomla.server;

import java.util.List;
import org.tornadomla.text.AnswerParser;
import org.tornadomla.text.AnswerPart;

/** Answers taken apart by the marks of a model's family. */
final class FamilyParts implements AnswerParts {

    private final AnswerParser parser;
    private int calls;

    FamilyParts(AnswerParser parser) {
        this.parser = parser;
    }

    @Override
    public List<Part> accept(String piece) {
        return parser.add(piece).stream().map(this::part).toList();
    }

    @Override
    public List<Part> finish() {
        return parser.end().stream().map(this::part).toList();
    }

    private Part part(AnswerPart part) {
        return switch (part) {
            case AnswerPart.Text said -> new Part.Content(said.text());
            case AnswerPart.Reasoning thought -> new Part.Reasoning(thought.text());
            case AnswerPart.Call call -> new Part.Call(calls++, call.call().name(), call.call().arguments().toString());
        };
    }
}
