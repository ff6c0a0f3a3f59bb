package org.tornadomla.text;

/**
 * What stands around the arguments of a call, in the form of a family.
 *
 * @param before everything up to the JSON object of the arguments
 * @param after  everything behind it, to the end of the answer
 */
public record CallFrame(String before, String after) {
}
