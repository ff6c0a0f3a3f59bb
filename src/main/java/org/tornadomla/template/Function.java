package org.tornadomla.template;

/** A function that is not a method: of the outermost level, or of a loop. */
record Function(String name, Callable body) implements Callable {

    @Override
    public Object call(Run run, Args args) {
        return body.call(run, args);
    }
}
