package org.tornadomla.template;

import java.util.List;

/** A list of Python; templates cannot change it. */
record ListValue(List<Object> items) {
}
