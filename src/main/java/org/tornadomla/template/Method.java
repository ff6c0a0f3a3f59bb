package org.tornadomla.template;

/** A method of a value, not yet called. */
record Method(Object self, String name) implements Callable {

    @Override
    public Object call(Run run, Args args) {
        return switch (self) {
            case String text -> TextMethods.call(run, text, name, args);
            case Markup markup -> MarkupMethods.call(run, markup, name, args);
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
}
