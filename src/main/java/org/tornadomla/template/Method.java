package org.tornadomla.template;

/** A method of a value, not yet called. */
record Method(Object self, String name) implements Callable {

    @Override
    public Object call(Run run, Args args) {
        return switch (self) {
            case String text -> TextMethods.call(run, text, name, args);
            case Markup markup -> markup(run, markup, args);
            case ListValue list -> SequenceMethods.list(run, list, name, args);
            case TupleValue tuple -> SequenceMethods.sequence(run, tuple.items(), "tuple", name, args);
            case RangeValue range -> SequenceMethods.sequence(run, Types.list(run, range), "range", name, args);
            case DictValue dict -> DictMethods.call(run, dict, name, args);
            case Double number when name.equals("is_integer") -> {
                args.plain(name, 0, 0);
                yield !number.isInfinite() && number == Math.rint(number);
            }
            default -> throw PyError.unsupported("the method " + name + "() of " + Types.name(self));
        };
    }

    /** The methods of a text whose results are HTML again when the text is, and take no other text. */
    private static final java.util.Set<String> KEPT = java.util.Set.of("capitalize", "lower", "upper", "title", "swapcase", "casefold");

    private Object markup(Run run, Markup markup, Args args) {
        boolean isPlain = args.positional().isEmpty() && args.named().isEmpty();
        if (isPlain && (KEPT.contains(name) || name.endsWith("strip"))) {
            return new Markup((String) TextMethods.call(run, markup.text(), name, args));
        }
        if (name.startsWith("is") || name.equals("startswith") || name.equals("endswith") || name.equals("find")
                || name.equals("count")) {
            return TextMethods.call(run, markup.text(), name, args);
        }
        throw PyError.unsupported("the method " + name + "() of HTML");
    }
}
