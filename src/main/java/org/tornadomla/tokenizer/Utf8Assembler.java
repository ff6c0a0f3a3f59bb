package org.tornadomla.tokenizer;

/**
 * Assembles characters from bytes that come one by one. The longest start of a character that cannot be continued
 * becomes one U+FFFD, as the Unicode standard recommends (section 3.9, U+FFFD substitution of maximal subparts) and
 * Hugging Face's tokenizers do. The JDK's decoder keeps waiting where the second byte has ruled a character out already
 * (ED A0, F4 90), so that it could hold back what is decided.
 */
final class Utf8Assembler {

    private static final int REPLACEMENT = 0xFFFD;
    private static final int CONTINUATION_BITS = 6;

    private int codePoint;
    private int missing;
    private int lowest;
    private int highest;

    /** Takes one byte and appends what it completes or rules out. */
    void accept(byte next, StringBuilder out) {
        int value = next & 0xFF;
        if (missing > 0 && (value < lowest || value > highest)) {
            missing = 0;
            out.appendCodePoint(REPLACEMENT);
        }
        if (missing == 0) {
            start(value, out);
            return;
        }
        codePoint = codePoint << CONTINUATION_BITS | value & 0x3F;
        lowest = 0x80;
        highest = 0xBF;
        if (--missing == 0) {
            out.appendCodePoint(codePoint);
        }
    }

    /** Ends the text: appends U+FFFD for a character that was begun. */
    void finish(StringBuilder out) {
        if (missing > 0) {
            missing = 0;
            out.appendCodePoint(REPLACEMENT);
        }
    }

    /**
     * First byte of a character; the limits of the second byte exclude overlong forms, surrogates and codes above
     * U+10FFFF.
     */
    private void start(int value, StringBuilder out) {
        lowest = 0x80;
        highest = 0xBF;
        if (value < 0x80) {
            out.append((char) value);
        } else if (value >= 0xC2 && value <= 0xDF) {
            begin(value & 0x1F, 1);
        } else if (value >= 0xE0 && value <= 0xEF) {
            lowest = value == 0xE0 ? 0xA0 : lowest;
            highest = value == 0xED ? 0x9F : highest;
            begin(value & 0x0F, 2);
        } else if (value >= 0xF0 && value <= 0xF4) {
            lowest = value == 0xF0 ? 0x90 : lowest;
            highest = value == 0xF4 ? 0x8F : highest;
            begin(value & 0x07, 3);
        } else {
            out.appendCodePoint(REPLACEMENT);
        }
    }

    private void begin(int bits, int continuationBytes) {
        codePoint = bits;
        missing = continuationBytes;
    }
}
