package org.tornadomla.cache;

/**
 * Rows that the device has to copy within each layer's pool before it writes a reservation's new rows: a sequence
 * leaves a shared page and takes along the part that is its own.
 *
 * @param sourceSlot first row to read
 * @param targetSlot first row to write; the two ranges never overlap
 * @param rows       how many rows; at least 1, fewer than a page
 */
public record RowCopy(int sourceSlot, int targetSlot, int rows) {
}
