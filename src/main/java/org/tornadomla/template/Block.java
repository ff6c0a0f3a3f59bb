package org.tornadomla.template;

/** A compiled statement, or several. */
interface Block {

    /** How it ends. */
    enum Flow {
        /** What follows it comes next. */
        NEXT,
        BREAK,
        CONTINUE
    }

    /**
     * Runs it.
     *
     * @param out takes what it prints
     * @throws PyError where Python raises an error
     */
    Flow run(Env env, StringBuilder out);
}
