package org.tornadomla.error;

/**
 * A template cannot be read or rendered, or it refuses what it is given; the message names template, line and
 * construct.
 */
public final class TemplateException extends MlaException {

    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * An error at its place.
     *
     * @param template name of the template
     * @param line     line of the construct, from 1
     * @param reason   the construct, and what is wrong with it
     */
    public TemplateException(String template, int line, String reason) {
        super("template \"" + template + "\", line " + line + ": " + reason);
        this.line = line;
    }

    /** Line of the construct that is refused, from 1. */
    public int line() {
        return line;
    }
}
