package org.tornadomla.template;

/** An error as Python raises it, without its place; {@link Template} adds the place. */
final class PyError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Which of Python's errors: Jinja swallows some of them in some places. */
    enum Kind {
        /** The operation does not exist for these types. */
        TYPE,
        /** The type is right and the value is not. */
        VALUE,
        /** No such key or index. */
        LOOKUP,
        /** The number is too large. */
        OVERFLOW,
        /** An error that Jinja never swallows: undefined values, security, the template's own. */
        RUNTIME,
        /** Python could do it and this interpreter does not; never swallowed. */
        UNSUPPORTED,
        /** The template ran for too long or made too much; never swallowed. */
        LIMIT
    }

    private final Kind kind;

    private PyError(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    boolean is(Kind first, Kind second) {
        return kind == first || kind == second;
    }

    static PyError type(String message) {
        return new PyError(Kind.TYPE, message);
    }

    static PyError value(String message) {
        return new PyError(Kind.VALUE, message);
    }

    static PyError lookup(String message) {
        return new PyError(Kind.LOOKUP, message);
    }

    static PyError overflow(String message) {
        return new PyError(Kind.OVERFLOW, message);
    }

    static PyError runtime(String message) {
        return new PyError(Kind.RUNTIME, message);
    }

    static PyError unsupported(String construct) {
        return new PyError(Kind.UNSUPPORTED, construct + " is not supported");
    }

    static PyError limit(String message) {
        return new PyError(Kind.LIMIT, message);
    }
}
