package org.tornadomla.template;

/** A compiled expression. */
interface Code {

    /**
     * Its value.
     *
     * @throws PyError where Python raises an error
     */
    Object eval(Env env);
}
