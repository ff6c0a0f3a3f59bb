package org.tornadomla.template;

/** A text that says of itself that it is HTML: joined with others, it escapes them. */
record Markup(String text) {

    /** The letters of a value as HTML. */
    static String escape(Run run, Object value) {
        if (value instanceof Markup markup) {
            return markup.text;
        }
        String text = Texts.str(run, value);
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '\'' -> escaped.append("&#39;");
                case '"' -> escaped.append("&#34;");
                default -> escaped.append(c);
            }
        }
        return run.text(escaped.toString());
    }
}
