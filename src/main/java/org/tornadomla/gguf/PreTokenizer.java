package org.tornadomla.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a text is cut before pairs are merged, by the names that GGUF files use. The files hold names alone; the
 * expressions are those of the tokenizers that were published under them.
 */
enum PreTokenizer {
    /** GPT-2's, which Hugging Face's byte-level step brings itself. */
    GPT_2("gpt-2", List.of(), true, false),
    /** DeepSeek LLM, V2, V2-Lite and V2.5. Digits stand alone. */
    DEEPSEEK_LLM("deepseek-llm",
            List.of("[\r\n]", Expressions.CASED_WORDS, Expressions.PUNCTUATION, "\\s+$",
                    "[\\x{4E00}-\\x{9FA5}\\x{0800}-\\x{4E00}\\x{AC00}-\\x{D7FF}]+", "\\p{N}"),
            false, false),
    /** DeepSeek Coder. */
    DEEPSEEK_CODER("deepseek-coder",
            List.of("[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+",
                    "[\\x{4E00}-\\x{9FA5}\\x{0800}-\\x{4E00}\\x{AC00}-\\x{D7FF}]+", "\\p{N}"),
            false, false),
    /** DeepSeek-V3, V3.1 and R1. */
    DEEPSEEK_V3("deepseek-v3",
            List.of("\\p{N}{1,3}", "[\\x{4E00}-\\x{9FA5}\\x{3040}-\\x{309F}\\x{30A0}-\\x{30FF}]+",
                    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                            + "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
            false, false),
    /** Kimi K2 and Moonlight. A piece that is a token is taken whole. */
    KIMI_K2("kimi-k2", List.of(Expressions.KIMI), false, true);

    private final String key;
    private final List<String> splits;
    private final boolean gpt2Expression;
    private final boolean wholePieces;

    PreTokenizer(String key, List<String> splits, boolean gpt2Expression, boolean wholePieces) {
        this.key = key;
        this.splits = splits;
        this.gpt2Expression = gpt2Expression;
        this.wholePieces = wholePieces;
    }

    static Optional<PreTokenizer> named(String key) {
        return Arrays.stream(values()).filter(known -> known.key.equals(key)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(known -> known.key).collect(Collectors.joining(", "));
    }

    /** The name in a file. */
    String key() {
        return key;
    }

    /** Expressions whose matches stand apart, applied one after the other. */
    List<String> splits() {
        return splits;
    }

    /** Whether the byte-level step cuts by GPT-2's expression. */
    boolean gpt2Expression() {
        return gpt2Expression;
    }

    /** Whether a piece that is in the vocabulary is taken without merging. */
    boolean wholePieces() {
        return wholePieces;
    }

    /** Expressions that are too long for a line. */
    private static final class Expressions {

        /** Letters that have cases, as code points: written out, since some look like others. */
        private static final String CASED_WORDS = "\\s?[A-Za-z" + ranges("B5 C0-D6 D8-F6 F8-1BA 1BC-1BF 1C4-293"
                + " 295-2AF 370-373 376 377 37B-37D 37F 386 388-38A 38C 38E-3A1 3A3-3F5 3F7-481 48A-52F 531-556"
                + " 10A0-10C5 13A0-13F5 13F8-13FD 1C90-1CBA 1CBD-1CBF 1D00-1D2B 1D6B-1D77 1D79-1D9A 1E00-1F15"
                + " 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FBC 1FBE"
                + " 1FC2-1FC4 1FC6-1FCC 1FD0-1FD3 1FD6-1FDB 1FE0-1FEC 1FF2-1FF4 1FF6-1FFC 2102 2107 210A-2113 2115"
                + " 2119-211D 2124 2126 2128 212A-212D 212F-2134 2139 213C-213F 2145-2149 214E 2183 2184 2C00-2C7B"
                + " 2C7E-2CE4 2CEB-2CEE 2CF2 2CF3 A640-A66D A680-A69B A722-A76F A771-A787 A78B-A78E AB70-ABBF"
                + " FB00-FB06 FB13-FB17 FF21-FF3A FF41-FF5A 10400-1044F 104B0-104D3 104D8-104FB 10C80-10CB2"
                + " 10CC0-10CF2 118A0-118DF 1E900-1E943") + "]+";

        private static final String PUNCTUATION = "\\s?["
                + ranges("21-2F 3A-7E FF01-FF0F FF1A-FF5E 2018-201F 3000-3002") + "]+";

        private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]";
        private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]";
        private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
        private static final String BEFORE = "[^\r\n\\p{L}\\p{N}]?";

        private static final String KIMI = String.join("|", "[\\p{Han}]+",
                BEFORE + UPPER + "*" + LOWER + "+" + CONTRACTION, BEFORE + UPPER + "+" + LOWER + "*" + CONTRACTION,
                "\\p{N}{1,3}", " ?[^\\s\\p{L}\\p{N}]+[\r\n]*", "\\s*[\r\n]+", "\\s+(?!\\S)", "\\s+");

        private Expressions() {
        }

        /** The inside of a class of characters, of code points in base 16. */
        private static String ranges(String list) {
            return Arrays
                    .stream(list.split(" ")).map(range -> Arrays.stream(range.split("-"))
                            .map(point -> "\\x{" + point + "}").collect(Collectors.joining("-")))
                    .collect(Collectors.joining());
        }
    }
}
