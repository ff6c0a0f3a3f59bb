package org.tornadomla.cost;

import java.util.Arrays;

/** What a work-item did since the last barrier, in its order. */
final class AccessLog {

    private Object[] arrays = new Object[64];
    private int[] indices = new int[64];
    private int[] sites = new int[64];
    private byte[] kinds = new byte[64];
    private int size;
    private long operations;

    private static final int WRITE = 64;

    /** An access to an array of the device. */
    void global(Object array, int index, int bytes, int site, boolean write) {
        put(array, index, site, bytes | (write ? WRITE : 0));
    }

    /** An access to an array that the group shares. */
    void local(Object array, int index, int site, boolean write) {
        put(array, index, site, write ? WRITE : 0);
    }

    private void put(Object array, int index, int site, int kind) {
        if (size == indices.length) {
            arrays = Arrays.copyOf(arrays, 2 * size);
            indices = Arrays.copyOf(indices, 2 * size);
            sites = Arrays.copyOf(sites, 2 * size);
            kinds = Arrays.copyOf(kinds, 2 * size);
        }
        arrays[size] = array;
        indices[size] = index;
        sites[size] = site;
        kinds[size++] = (byte) kind;
    }

    void operation() {
        operations++;
    }

    int size() {
        return size;
    }

    Object array(int i) {
        return arrays[i];
    }

    int index(int i) {
        return indices[i];
    }

    int site(int i) {
        return sites[i];
    }

    boolean isWrite(int i) {
        return (kinds[i] & WRITE) != 0;
    }

    /** Bytes of what is accessed; 0 for a local array. */
    int bytes(int i) {
        return kinds[i] & ~WRITE;
    }

    /** Operations on floats so far, since the beginning. */
    long operations() {
        return operations;
    }

    /** Forgets the accesses. */
    void clear() {
        Arrays.fill(arrays, 0, size, null);
        size = 0;
    }
}
