package org.tornadomla.cost;

/**
 * Two work-items that use one element with nothing between them that orders them, one of them writing.
 *
 * @param array local or global, with the element
 * @param first line of the access that came first in this run
 * @param other line of the other
 */
public record Race(String array, String first, String other) {
}
