package org.tornadomla.template;

import java.util.HashMap;
import java.util.Map;

/** Methods of texts. */
final class TextMethods {

    /** A method of a text. */
    interface Body {
        Object call(Run run, String self, Args args);
    }

    private static final Map<String, Body> ALL = all();

    private TextMethods() {
    }

    private static Map<String, Body> all() {
        Map<String, Body> all = new HashMap<>();
        TextCase.addTo(all);
        TextSearch.addTo(all);
        TextSplit.addTo(all);
        TextShape.addTo(all);
        all.put("format", (run, self, args) -> BraceFormat.format(run, self, args));
        all.put("format_map", (run, self, args) -> {
            Object mapping = args.plain("format_map", 1, 1)[0];
            if (!(mapping instanceof DictValue dict)) {
                throw PyError.unsupported("format_map() with a " + Types.name(mapping));
            }
            return BraceFormat.format(run, self, dict);
        });
        return Map.copyOf(all);
    }

    static Object call(Run run, String self, String name, Args args) {
        Body body = ALL.get(name);
        if (body == null) {
            throw PyError.unsupported("the method " + name + "() of str");
        }
        run.characters(self.length());
        Object result = body.call(run, self, args);
        return result instanceof String text ? run.text(text) : result;
    }
}
