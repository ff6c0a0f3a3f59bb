package org.tornadomla.bundled.opencl.source;

/** A local variable of generated code. */
final class Variable {

    private final String name;
    private final CType type;
    private final int stores;
    private Expr alias;

    /**
     * @param stores how many instructions store to it
     */
    Variable(String name, CType type, int stores) {
        this.name = name;
        this.type = type;
        this.stores = stores;
    }

    String name() {
        return name;
    }

    CType type() {
        return type;
    }

    /** Whether one instruction gives it its only value, so that an invariant value can stand for it. */
    boolean isAssignedOnce() {
        return stores == 1;
    }

    /** What stands for the variable, which then does not appear in the code; null when it does. */
    Expr alias() {
        return alias;
    }

    void alias(Expr value) {
        alias = value;
    }
}
