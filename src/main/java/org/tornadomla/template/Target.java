package org.tornadomla.template;

import java.util.List;
import java.util.stream.Stream;

/** Where a value is put. */
sealed interface Target {

    /** Its line, from 1. */
    int line();

    /** A variable. */
    record Variable(String name, int line) implements Target {
    }

    /** An attribute of a namespace. */
    record Attribute(String namespace, String name, int line) implements Target {
    }

    /** A value for each part. */
    record Parts(List<Target> parts, int line) implements Target {
    }

    /** The variables and attributes, in their order. */
    default Stream<Target> leaves() {
        return this instanceof Parts several ? several.parts.stream().flatMap(Target::leaves) : Stream.of(this);
    }
}
