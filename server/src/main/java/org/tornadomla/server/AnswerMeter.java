package org.tornadomla.server;

/** Is told of the tokens of answers, to count and time them. A chat in a program has none, and needs no Micrometer. */
interface AnswerMeter {

    /** Counts nothing. */
    AnswerMeter NONE = promptTokens -> new Answer() {

        @Override
        public void token() {
        }

        @Override
        public void close() {
        }
    };

    /** An answer to a prompt of so many tokens begins. */
    Answer begin(int promptTokens);

    /** One answer, until it is closed. */
    interface Answer extends AutoCloseable {

        /** A token came. */
        void token();

        @Override
        void close();
    }
}
