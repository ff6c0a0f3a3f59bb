package org.tornadomla.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.GptBytePairEncodingParams;
import com.knuddels.jtokkit.api.IntArrayList;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Byte-pair merging by ranks as tiktoken does it, through jtokkit. Special tokens are cut out before, since jtokkit
 * refuses texts that have some.
 */
final class TiktokenEncoder implements TextEncoder {

    private static final String NAME = "of the model";

    private final Encoding pieces;
    private final Map<String, Integer> special = new HashMap<>();
    private final Pattern specialTexts;
    private final Map<Integer, byte[]> tokens;

    /**
     * An encoder.
     *
     * @param split   what matches of a text are merged each for itself
     * @param tokens  bytes by rank, which is the id
     * @param special texts of special tokens by id
     */
    // JTokkit takes ranks in a map by bytes, and reads it from end to end.
    @SuppressWarnings("ArrayAsKeyOfSetOrMap")
    TiktokenEncoder(Pattern split, Map<Integer, byte[]> tokens, Map<Integer, String> special) {
        this.tokens = tokens;
        Map<byte[], Integer> ranks = new HashMap<>();
        tokens.forEach((id, bytes) -> ranks.put(bytes, id));
        this.pieces = Encodings.newDefaultEncodingRegistry()
                .registerGptBytePairEncoding(new GptBytePairEncodingParams(NAME, split, ranks, Map.of()))
                .getEncoding(NAME).orElseThrow();
        special.forEach((id, text) -> this.special.put(text, id));
        // Where one begins as another does, the longer one is meant.
        this.specialTexts = Pattern.compile(special.values().stream()
                .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .map(Pattern::quote).collect(Collectors.joining("|")));
    }

    @Override
    public int[] encode(String text, boolean addsByProcessor) {
        IntStream.Builder ids = IntStream.builder();
        int from = 0;
        if (!special.isEmpty()) {
            Matcher matcher = specialTexts.matcher(text);
            while (matcher.find()) {
                addPieces(text.substring(from, matcher.start()), ids);
                ids.add(Objects.requireNonNull(special.get(matcher.group())));
                from = matcher.end();
            }
        }
        addPieces(text.substring(from), ids);
        return ids.build().toArray();
    }

    private void addPieces(String text, IntStream.Builder ids) {
        IntArrayList found = pieces.encodeOrdinary(text);
        for (int i = 0; i < found.size(); i++) {
            ids.add(found.get(i));
        }
    }

    @Override
    public String decode(int[] ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : ids) {
            byte[] token = tokens.get(id);
            if (token != null) {
                bytes.writeBytes(token);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        // It holds no more than memory of the JVM.
    }
}
