package org.tornadomla.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.TokenizerException;

/**
 * The tokenizer of a checkpoint directory: {@code tokenizer.json}, run by Hugging Face's own implementation through
 * DJL, or {@code tiktoken.model}, run by jtokkit, and the settings beside it.
 *
 * <p>Nothing is downloaded. The native library comes out of DJL's jar and is unpacked once into
 * {@code ~/.djl.ai/tokenizers}; the environment variable {@code DJL_CACHE_DIR} names another folder, and the folder for
 * temporary files serves where the home directory is not writable.
 *
 * <p>Safe for several threads; close it when it is no longer needed.
 */
@PublicApi
public final class TextTokenizer implements AutoCloseable {

    private static final String FILE = "tokenizer.json";

    private final TextEncoder encoder;
    private final Vocabulary vocabulary;
    private final TokenizerSettings settings;
    private final OptionalInt beginId;
    private final OptionalInt endId;

    private TextTokenizer(TextEncoder encoder, Vocabulary vocabulary, TokenizerSettings settings) {
        this.encoder = encoder;
        this.vocabulary = vocabulary;
        this.settings = settings;
        this.beginId = idOf("bos_token", settings.beginToken());
        this.endId = idOf("eos_token", settings.endToken());
        if (settings.addBegin().orElse(false) && beginId.isEmpty()
                || settings.addEnd().orElse(false) && endId.isEmpty()) {
            throw new TokenizerException("tokenizer_config.json asks for a begin or end token but names none");
        }
    }

    /**
     * Loads the tokenizer of a checkpoint.
     *
     * @param directory folder that holds {@code tokenizer.json} and, if there is one, {@code tokenizer_config.json}; or
     *                      both {@code tiktoken.model} and {@code tokenizer_config.json}
     * @throws TokenizerException when a file is missing or cannot be used
     */
    public static TextTokenizer load(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            if (TiktokenFiles.areIn(directory)) {
                TiktokenFiles files = TiktokenFiles.read(directory);
                return new TextTokenizer(files.encoder(), files.vocabulary(), TokenizerSettings.read(directory));
            }
            throw new TokenizerException("no " + FILE + " in " + directory + ", and no " + TiktokenFiles.RANKS
                    + "; a checkpoint without one can only be given token ids");
        }
        TokenizerSettings settings = TokenizerSettings.read(directory);
        try {
            return of(Files.readAllBytes(file), settings, file.toString());
        } catch (IOException e) {
            throw new TokenizerException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Whether a folder holds a tokenizer that {@link #load} reads.
     *
     * @hidden
     */
    @Internal
    public static boolean isIn(Path directory) {
        return Files.isRegularFile(directory.resolve(FILE)) || TiktokenFiles.areIn(directory);
    }

    /**
     * A tokenizer whose files are in memory.
     *
     * @param json     what a {@code tokenizer.json} holds, in UTF-8
     * @param settings what {@code tokenizer_config.json} would say
     * @param where    where it comes from, for messages
     * @throws TokenizerException when it cannot be used
     * @hidden
     */
    @Internal
    public static TextTokenizer of(byte[] json, TokenizerSettings settings, String where) {
        Vocabulary vocabulary = Vocabulary.read(json, where);
        NativeJson.check(json, where);
        TextEncoder encoder = null;
        try {
            encoder = NativeEncoder.of(json);
            return new TextTokenizer(encoder, vocabulary, settings);
        } catch (IOException | RuntimeException e) {
            if (encoder != null) {
                encoder.close();
            }
            throw new TokenizerException(where + ": " + e.getMessage(), e);
        }
    }

    /**
     * Ids of a text.
     *
     * <p>With special tokens, begin and end token are put where {@code add_bos_token} and {@code add_eos_token} say, or
     * where the post-processor of {@code tokenizer.json} puts them if the settings are silent. A text that starts with
     * the begin token already, as chat templates write it, gets no second one.
     *
     * @param text             any text; half of a surrogate pair becomes U+FFFD
     * @param addSpecialTokens whether to add begin and end token
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        boolean bySettings = settings.addBegin().isPresent() || settings.addEnd().isPresent();
        int[] encoded = encoder.encode(wellFormed(text), addSpecialTokens && !bySettings);
        IntStream.Builder ids = IntStream.builder();
        if (addSpecialTokens && settings.addBegin().orElse(false)) {
            ids.add(beginId.getAsInt());
        }
        Arrays.stream(encoded).forEach(ids);
        if (addSpecialTokens && settings.addEnd().orElse(false)) {
            ids.add(endId.getAsInt());
        }
        int[] all = ids.build().toArray();
        return addSpecialTokens ? withOneBegin(all) : all;
    }

    /**
     * Ids of a conversation that a chat template wrote: the special tokens that it wrote, and one begin token in front
     * if encoding adds one and the template did not write it. No end token is added, since the model is to go on.
     */
    public int[] encodeConversation(String rendered) {
        int[] ids = encode(rendered, false);
        int[] added = encode("", true);
        if (beginId.isEmpty() || added.length == 0 || added[0] != beginId.getAsInt()) {
            return ids;
        }
        return withOneBegin(IntStream.concat(IntStream.of(beginId.getAsInt()), Arrays.stream(ids)).toArray());
    }

    /** Takes repeated begin tokens off the start. */
    private int[] withOneBegin(int[] ids) {
        int start = 0;
        while (beginId.isPresent() && start + 1 < ids.length && ids[start] == beginId.getAsInt()
                && ids[start + 1] == beginId.getAsInt()) {
            start++;
        }
        return Arrays.copyOfRange(ids, start, ids.length);
    }

    /** The native library takes a text with an unpaired surrogate for a sequence of damaged bytes, all of it. */
    private static String wellFormed(String text) {
        int[] codePoints = Objects.requireNonNull(text, "text").codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    /**
     * Text of all ids, special tokens left out.
     *
     * @throws IllegalArgumentException when an id is not in the vocabulary
     */
    public String decode(int[] ids) {
        for (int id : ids) {
            vocabulary.requireKnown(id);
        }
        return encoder.decode(ids);
    }

    /** A decoder for the tokens of a new text. */
    public StreamingDetokenizer detokenizer() {
        return new StreamingDetokenizer(vocabulary, true, false);
    }

    /** A decoder for tokens that continue a text: a space before the first word stays, also where encoding puts one. */
    public StreamingDetokenizer continuationDetokenizer() {
        return continuationDetokenizer(false);
    }

    /**
     * {@link #continuationDetokenizer()}, with special tokens or without.
     *
     * @param showsSpecial whether special tokens are part of the text
     */
    public StreamingDetokenizer continuationDetokenizer(boolean showsSpecial) {
        return new StreamingDetokenizer(vocabulary, false, showsSpecial);
    }

    /**
     * The bytes that a token adds in the middle of a text; special tokens have those of their names.
     *
     * @throws IllegalArgumentException when no token has that id
     */
    public byte[] bytes(int id) {
        return vocabulary.bytes(id, false);
    }

    /** Id of the begin token, if the settings name one. */
    public OptionalInt beginId() {
        return beginId;
    }

    /** Id of the end token, if the settings name one. */
    public OptionalInt endId() {
        return endId;
    }

    /** Ids of all special tokens, ascending. */
    public int[] specialIds() {
        return vocabulary.specialIds();
    }

    /** All ids that stand for a token; the logits of a model may have others among them and behind them. */
    public BitSet knownIds() {
        return vocabulary.knownIds();
    }

    /** Largest token id plus one; the logits of a model may be more. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /**
     * How the tokens of another tokenizer differ from these.
     *
     * @return the lowest id that stands for something else, and what for; empty where ids mean the same
     * @hidden
     */
    @Internal
    public Optional<String> difference(TextTokenizer other) {
        return vocabulary.difference(other.vocabulary);
    }

    /**
     * What {@code tokenizer_config.json} says.
     *
     * @hidden
     */
    @Internal
    public TokenizerSettings settings() {
        return settings;
    }

    private OptionalInt idOf(String key, Optional<String> token) {
        if (token.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt id = vocabulary.addedId(token.get());
        if (id.isEmpty()) {
            throw new TokenizerException(
                    "tokenizer_config.json: " + key + " \"" + token.get() + "\" is not a token of " + FILE);
        }
        return id;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
