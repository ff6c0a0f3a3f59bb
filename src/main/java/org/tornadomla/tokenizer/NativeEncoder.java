package org.tornadomla.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/** Hugging Face's own implementation of {@code tokenizer.json}, through DJL. */
record NativeEncoder(HuggingFaceTokenizer tokenizer) implements TextEncoder {

    /** Texts go in as they are: no cutting to a length, no padding, special tokens only where asked for. */
    private static final Map<String, String> PLAIN = Map.of("truncation", "do_not_truncate", "padding", "do_not_pad",
            "addSpecialTokens", "false");

    /**
     * An encoder of a {@code tokenizer.json}.
     *
     * @param json in UTF-8, checked by {@link NativeJson}
     */
    static NativeEncoder of(byte[] json) throws IOException {
        forbidDownloads();
        try (InputStream in = new ByteArrayInputStream(json)) {
            return new NativeEncoder(HuggingFaceTokenizer.newInstance(in, PLAIN));
        }
    }

    /**
     * DJL reports its use over the network, and fetches a native library that its jar lacks, unless told to be offline.
     * It takes this from a system property alone. What the user set stays.
     */
    private static void forbidDownloads() {
        if (System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    @Override
    public int[] encode(String text, boolean addsByProcessor) {
        return Arrays.stream(tokenizer.encode(text, addsByProcessor, false).getIds()).mapToInt(Math::toIntExact)
                .toArray();
    }

    @Override
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
