package org.tornadomla.template;

import java.util.Iterator;

/** {@code keys()}, {@code values()} or {@code items()} of a dict. */
record DictView(DictValue dict, Part part) {

    /** What of the dict is seen. */
    enum Part {
        KEYS,
        VALUES,
        ITEMS
    }

    Iterator<Object> iterator() {
        return switch (part) {
            case KEYS -> dict.keys().iterator();
            case VALUES -> dict.values().iterator();
            case ITEMS -> dict.items().iterator();
        };
    }

    String type() {
        return "dict_" + part.name().toLowerCase(java.util.Locale.ROOT);
    }
}
