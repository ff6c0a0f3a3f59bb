package org.tornadomla.template;

/**
 * A piece of a template.
 *
 * @param kind  what it is
 * @param text  its letters: of an operator or a name; otherwise what a message calls it
 * @param value the value of text, strings and numbers; otherwise null
 * @param line  its line, from 1
 */
record Token(Kind kind, String text, Object value, int line) {

    /** Kinds of tokens. */
    enum Kind {
        /** Text outside of tags. */
        DATA,
        BLOCK_BEGIN,
        BLOCK_END,
        VARIABLE_BEGIN,
        VARIABLE_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        /** The template ends. */
        END
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }
}
