package org.tornadomla.template;

/** {@code cycler(...)}: gives its values in turn, again and again. */
final class Cycler {

    private final TupleValue items;
    private int position;

    Cycler(TupleValue items) {
        this.items = items;
    }

    /** An attribute; {@link Env#MISSING} if there is none of the name. */
    Object attribute(String name) {
        return switch (name) {
            case "current" -> items.items().get(position);
            case "pos" -> (long) position;
            case "items" -> items;
            case "next" -> new Function("next", (run, args) -> {
                args.plain("next", 0, 0);
                Object value = items.items().get(position);
                position = (position + 1) % items.items().size();
                return value;
            });
            case "reset" -> new Function("reset", (run, args) -> {
                args.plain("reset", 0, 0);
                position = 0;
                return null;
            });
            default -> Env.MISSING;
        };
    }
}
