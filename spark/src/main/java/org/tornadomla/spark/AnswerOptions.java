package org.tornadomla.spark;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.SamplerConfig;

/**
 * How answers are written. Each {@code with} gives the same options with one of them changed.
 *
 * <p>A row may have its own: what stands in a column {@code max_tokens}, {@code temperature}, {@code top_k},
 * {@code top_p}, {@code min_p}, {@code repetition_penalty}, {@code seed} (numbers) or "stop" (an array of strings)
 * counts for that row, unless it is null.
 *
 * @param prompt      column of texts to continue
 * @param messages    column of conversations to answer, arrays of structs with {@code role} and {@code content}; null
 *                        where texts are continued
 * @param keys        columns that tell rows apart, strings or whole numbers; none for the prompt itself
 * @param seed        of the job: a row's random numbers begin with a hash of it and of the row's keys, so that they
 *                        depend neither on partitions nor on the order of rows
 * @param maxTokens   most tokens of an answer
 * @param temperature 0 for the likeliest token always
 * @param topK        0 for all tokens
 * @param topP        1 for all tokens
 * @param stops       texts that end an answer and are no part of it
 * @param beginToken  whether texts begin with the tokenizer's begin token, where it has one
 */
@PublicApi
public record AnswerOptions(String prompt, @Nullable String messages, List<String> keys, long seed, int maxTokens,
        double temperature, int topK, double topP, List<String> stops, boolean beginToken) implements Serializable {

    /**
     * Checks the values, and copies the lists.
     *
     * @throws org.tornadomla.error.ConfigurationException naming the first value out of range
     */
    public AnswerOptions {
        keys = List.copyOf(keys);
        stops = List.copyOf(stops);
        new GenerationRequest(new int[1], maxTokens, new SamplerConfig(temperature, topK, topP, 0, 1, seed), stops);
    }

    /** Continues the column {@code prompt} by at most 64 tokens, the likeliest each. */
    public static AnswerOptions defaults() {
        return new AnswerOptions("prompt", null, List.of(), 0, 64, 0, 0, 1, List.of(), true);
    }

    /** With texts from another column. */
    public AnswerOptions withPrompt(String column) {
        return new AnswerOptions(column, null, keys, seed, maxTokens, temperature, topK, topP, stops, beginToken);
    }

    /** With conversations, which the model's own template writes, in place of texts. */
    public AnswerOptions withMessages(String column) {
        return new AnswerOptions(prompt, column, keys, seed, maxTokens, temperature, topK, topP, stops, beginToken);
    }

    /** With columns that tell rows apart, for their seeds. */
    public AnswerOptions withKeys(String... columns) {
        return new AnswerOptions(prompt, messages, List.of(columns), seed, maxTokens, temperature, topK, topP, stops,
                beginToken);
    }

    /** With another seed of the job. */
    public AnswerOptions withSeed(long start) {
        return new AnswerOptions(prompt, messages, keys, start, maxTokens, temperature, topK, topP, stops, beginToken);
    }

    /** With another bound of an answer's tokens. */
    public AnswerOptions withMaxTokens(int tokens) {
        return new AnswerOptions(prompt, messages, keys, seed, tokens, temperature, topK, topP, stops, beginToken);
    }

    /** With another temperature. */
    public AnswerOptions withTemperature(double value) {
        return new AnswerOptions(prompt, messages, keys, seed, maxTokens, value, topK, topP, stops, beginToken);
    }

    /** With only the tokens of the largest logits; 0 for all. */
    public AnswerOptions withTopK(int tokens) {
        return new AnswerOptions(prompt, messages, keys, seed, maxTokens, temperature, tokens, topP, stops, beginToken);
    }

    /** With only the likeliest tokens that together have a share; 1 for all. */
    public AnswerOptions withTopP(double share) {
        return new AnswerOptions(prompt, messages, keys, seed, maxTokens, temperature, topK, share, stops, beginToken);
    }

    /** With texts that end an answer. */
    public AnswerOptions withStops(String... texts) {
        return new AnswerOptions(prompt, messages, keys, seed, maxTokens, temperature, topK, topP, List.of(texts),
                beginToken);
    }

    /** With the begin token before a text, or without. */
    public AnswerOptions withBeginToken(boolean added) {
        return new AnswerOptions(prompt, messages, keys, seed, maxTokens, temperature, topK, topP, stops, added);
    }
}
