package org.tornadomla.server;

import java.util.List;

/**
 * Takes an answer apart while it comes: what the model thinks, what it says, and what it calls. One object serves one
 * answer.
 */
interface AnswerParts {

    /** The parts that a piece of the answer completes. */
    List<Part> accept(String piece);

    /** What is left at the end. */
    List<Part> finish();

    /** A part of an answer, or a piece of one. */
    sealed interface Part {

        /** A piece of what is said. */
        record Content(String text) implements Part {
        }

        /** A piece of what is thought. */
        record Reasoning(String text) implements Part {
        }

        /**
         * A call of a function.
         *
         * @param index     place among the calls of the answer
         * @param name      name of the function
         * @param arguments a JSON object as a text
         */
        record Call(int index, String name, String arguments) implements Part {
        }
    }

    /** An answer of one part. */
    static AnswerParts plain() {
        return new AnswerParts() {

            @Override
            public List<Part> accept(String piece) {
                return piece.isEmpty() ? List.of() : List.of(new Part.Content(piece));
            }

            @Override
            public List<Part> finish() {
                return List.of();
            }
        };
    }
}
