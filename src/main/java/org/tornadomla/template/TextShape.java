package org.tornadomla.template;

import java.util.Map;
import java.util.function.IntPredicate;

/** Methods of texts that strip and fill. */
final class TextShape {

    private TextShape() {
    }

    static void addTo(Map<String, TextMethods.Body> all) {
        all.put("strip", (run, self, args) -> {
            IntPredicate strips = strips(args, "strip");
            return Texts.stripEnd(Texts.stripStart(self, strips), strips);
        });
        all.put("lstrip", (run, self, args) -> Texts.stripStart(self, strips(args, "lstrip")));
        all.put("rstrip", (run, self, args) -> Texts.stripEnd(self, strips(args, "rstrip")));
        all.put("center", (run, self, args) -> fill(run, self, args, "center"));
        all.put("ljust", (run, self, args) -> fill(run, self, args, "ljust"));
        all.put("rjust", (run, self, args) -> fill(run, self, args, "rjust"));
        all.put("zfill", (run, self, args) -> zeros(run, self, Numbers.index(args.plain("zfill", 1, 1)[0])));
        all.put("expandtabs", (run, self, args) -> {
            Object size = args.bind("expandtabs", 0, "tabsize")[0];
            return expandTabs(run, self, size == Env.MISSING ? 8 : Numbers.index(size));
        });
    }

    private static IntPredicate strips(Args args, String name) {
        return strips(args.plain(name, 0, 1)[0]);
    }

    /** The characters that are stripped: those of a text, or white space if it is None or not given. */
    static IntPredicate strips(Object characters) {
        if (characters == Env.MISSING || characters == null) {
            return Unicode::isSpace;
        }
        String some = Types.text(characters, "strip()");
        return c -> some.indexOf(c) >= 0;
    }

    private static Object fill(Run run, String self, Args args, String name) {
        Object[] given = args.plain(name, 1, 2);
        String with = given[1] == Env.MISSING ? " " : Types.text(given[1], name + "()");
        if (Texts.length(with) != 1) {
            throw PyError.type("The fill character must be exactly one character long");
        }
        return fill(run, self, Numbers.index(given[0]), with, name);
    }

    static String fill(Run run, String self, long width, String with, String name) {
        long missing = width - Texts.length(self);
        if (missing <= 0) {
            return self;
        }
        // Of an odd number, Python's center puts the larger part to the left where the width is odd too.
        long left = switch (name) {
            case "center" -> missing / 2 + (missing & width & 1);
            case "rjust" -> missing;
            default -> 0;
        };
        return Texts.repeat(run, with, left) + self + Texts.repeat(run, with, missing - left);
    }

    private static String zeros(Run run, String self, long width) {
        long missing = width - Texts.length(self);
        if (missing <= 0) {
            return self;
        }
        int sign = self.startsWith("+") || self.startsWith("-") ? 1 : 0;
        return self.substring(0, sign) + Texts.repeat(run, "0", missing) + self.substring(sign);
    }

    private static String expandTabs(Run run, String self, long size) {
        StringBuilder expanded = new StringBuilder();
        long column = 0;
        for (int c : self.codePoints().toArray()) {
            if (c == '\t') {
                long spaces = size <= 0 ? 0 : size - column % size;
                expanded.append(Texts.repeat(run, " ", spaces));
                column += spaces;
            } else {
                expanded.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return expanded.toString();
    }
}
