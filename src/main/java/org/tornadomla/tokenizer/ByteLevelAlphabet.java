package org.tornadomla.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet of byte-level byte-pair encoding (GPT-2): each byte is written as one visible character. The printable
 * characters of Latin-1 stand for their own code, all other bytes for the characters from U+0100 on, in order.
 */
final class ByteLevelAlphabet {

    private static final int BYTES = 256;

    /** Byte of a character, or -1; the last character is U+0143. */
    private static final short[] BYTE_OF = table();

    private static final char[] CHARACTER_OF = characters();

    private ByteLevelAlphabet() {
    }

    /** The bytes of a token; a token with a character outside the alphabet is plain text. */
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char character = token.charAt(i);
            if (character >= BYTE_OF.length || BYTE_OF[character] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTE_OF[character];
        }
        return bytes;
    }

    /** The token of some bytes. */
    static String token(byte[] bytes) {
        char[] characters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            characters[i] = CHARACTER_OF[bytes[i] & 0xFF];
        }
        return new String(characters);
    }

    private static char[] characters() {
        char[] characters = new char[BYTES];
        for (char character = 0; character < BYTE_OF.length; character++) {
            if (BYTE_OF[character] >= 0) {
                characters[BYTE_OF[character]] = character;
            }
        }
        return characters;
    }

    private static short[] table() {
        short[] table = new short[2 * BYTES];
        Arrays.fill(table, (short) -1);
        int next = BYTES;
        for (short value = 0; value < BYTES; value++) {
            boolean printable = value > ' ' && value < 0x7F || value > 0xA0 && value != 0xAD;
            table[printable ? value : next++] = value;
        }
        return Arrays.copyOf(table, next);
    }
}
