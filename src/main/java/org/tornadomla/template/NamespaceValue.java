package org.tornadomla.template;

/** {@code namespace(...)}: the only thing whose attributes a template may set. */
record NamespaceValue(DictValue attributes) {
}
