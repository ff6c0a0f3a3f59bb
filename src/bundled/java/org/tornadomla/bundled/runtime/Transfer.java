package org.tornadomla.bundled.runtime;

/**
 * An array and when it is copied.
 *
 * @param mode  a constant of {@code DataTransferMode}
 * @param array a native array or vector collection
 */
record Transfer(int mode, Object array) {
}
