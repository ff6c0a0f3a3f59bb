package org.tornadomla.constrain;

/** Ranges of characters as ranges of the bytes of UTF-8, surrogates left out. */
final class Utf8 {

    private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};
    private static final int FIRST_SURROGATE = 0xD800;
    private static final int LAST_SURROGATE = 0xDFFF;

    private Utf8() {
    }

    /** Lets the characters from {@code low} to {@code high}, both included, lead on; an empty range lets none. */
    static void range(Network network, int from, int low, int high, int to) {
        if (low > high) {
            return;
        }
        if (low <= LAST_SURROGATE && high >= FIRST_SURROGATE) {
            range(network, from, low, FIRST_SURROGATE - 1, to);
            range(network, from, LAST_SURROGATE + 1, high, to);
            return;
        }
        for (int last : LAST) {
            if (low <= last && high > last) {
                range(network, from, low, last, to);
                range(network, from, last + 1, high, to);
                return;
            }
        }
        sameLength(network, from, bytes(low), bytes(high), 0, to);
    }

    private static byte[] bytes(int character) {
        return Character.toString(character).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /**
     * Bounds of as many bytes: the first byte where they differ splits the range into a low end, a middle, a high end.
     */
    private static void sameLength(Network network, int from, byte[] low, byte[] high, int at, int to) {
        int first = low[at] & 0xFF;
        int last = high[at] & 0xFF;
        if (at == low.length - 1) {
            network.bytes(from, first, last, to);
            return;
        }
        if (first == last) {
            sameLength(network, step(network, from, first, first), low, high, at + 1, to);
            return;
        }
        sameLength(network, step(network, from, first, first), low, filled(low, at, 0xBF), at + 1, to);
        if (first + 1 <= last - 1) {
            int state = step(network, from, first + 1, last - 1);
            sameLength(network, state, filled(low, at, 0x80), filled(low, at, 0xBF), at + 1, to);
        }
        sameLength(network, step(network, from, last, last), filled(high, at, 0x80), high, at + 1, to);
    }

    private static int step(Network network, int from, int low, int high) {
        int state = network.state();
        network.bytes(from, low, high, state);
        return state;
    }

    private static byte[] filled(byte[] bytes, int behind, int value) {
        byte[] copy = bytes.clone();
        for (int i = behind + 1; i < copy.length; i++) {
            copy[i] = (byte) value;
        }
        return copy;
    }
}
