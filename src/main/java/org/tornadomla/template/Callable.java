package org.tornadomla.template;

/** Something that a template can call. */
interface Callable {

    /**
     * Calls it.
     *
     * @throws PyError where Python raises an error
     */
    Object call(Run run, Args args);
}
