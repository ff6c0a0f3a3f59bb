package org.tornadomla.template;

/**
 * What a name or attribute is that does not exist: it prints as nothing, is false and empty, and fails on any other
 * use.
 */
record Undefined(String message) {

    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    static Undefined element(Object of, Object key) {
        return new Undefined("'" + Types.name(of) + "' object has no attribute or element '" + key + "'");
    }

    static Undefined unsafe(Object of, String attribute) {
        return new Undefined("access to attribute '" + attribute + "' of '" + Types.name(of) + "' object is unsafe");
    }

    PyError error() {
        return PyError.runtime(message);
    }
}
