package org.tornadomla.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What both kinds of completion say of how tokens are chosen. What is absent is for the model's own defaults.
 *
 * @param temperature       from 0 (the likeliest token) to 2
 * @param topP              share of the likeliest tokens that is drawn from
 * @param topK              number of the likeliest tokens that is drawn from; not in OpenAI's protocol
 * @param minP              share of the likeliest token's probability; not in OpenAI's protocol
 * @param repetitionPenalty as in transformers; not in OpenAI's protocol
 * @param frequencyPenalty  taken off a token's logit for each time that it was written
 * @param presencePenalty   taken off a token's logit once it was written
 * @param bias              added to logits, by token id
 * @param seed              start of the random numbers
 * @param stops             texts that end an answer
 * @param choices           answers to one prompt
 */
record SamplingFields(OptionalDouble temperature, OptionalDouble topP, OptionalInt topK, OptionalDouble minP,
        OptionalDouble repetitionPenalty, double frequencyPenalty, double presencePenalty, Map<Integer, Float> bias,
        OptionalLong seed, List<String> stops, int choices) {

    /** Names of the fields that are read here. */
    static final Set<String> NAMES = Set.of("temperature", "top_p", "top_k", "min_p", "repetition_penalty",
            "frequency_penalty", "presence_penalty", "logit_bias", "seed", "stop", "n");

    /** Most stop texts of a request, as OpenAI has it. */
    private static final int STOPS = 4;
    /** Most answers to one prompt. */
    private static final int CHOICES = 16;
    private static final double LARGEST_PENALTY = 2;
    private static final double LARGEST_BIAS = 100;

    static SamplingFields read(Fields body) {
        return new SamplingFields(body.real("temperature", 0, 2), body.real("top_p", Double.MIN_NORMAL, 1),
                body.number("top_k", 0, Integer.MAX_VALUE), body.real("min_p", 0, 1),
                body.real("repetition_penalty", Double.MIN_NORMAL, 100), penalty(body, "frequency_penalty"),
                penalty(body, "presence_penalty"), bias(body), body.longNumber("seed"), stops(body),
                body.number("n", 1, CHOICES).orElse(1));
    }

    private static double penalty(Fields body, String name) {
        return body.real(name, -LARGEST_PENALTY, LARGEST_PENALTY).orElse(0);
    }

    private static Map<Integer, Float> bias(Fields body) {
        Map<Integer, Float> bias = new TreeMap<>();
        body.object("logit_bias").ifPresent(given -> given.node().properties().forEach(entry -> {
            int id;
            try {
                id = Integer.parseInt(entry.getKey());
            } catch (NumberFormatException e) {
                throw ApiException.field("logit_bias",
                        "logit_bias has the key " + entry.getKey() + ", must be the id of a token");
            }
            bias.put(id, (float) given.real(entry.getKey(), -LARGEST_BIAS, LARGEST_BIAS).orElse(0));
        }));
        return bias;
    }

    private static List<String> stops(Fields body) {
        if (body.raw("stop").filter(JsonNode::isTextual).isPresent()) {
            return List.of(checkedStop(body.requiredText("stop")));
        }
        List<String> stops = new ArrayList<>();
        for (JsonNode stop : body.list("stop")) {
            if (!stop.isTextual()) {
                throw ApiException.field("stop", "stop has " + Fields.kind(stop) + ", must be a list of texts");
            }
            stops.add(checkedStop(stop.textValue()));
        }
        if (stops.size() > STOPS) {
            throw ApiException.field("stop", "stop has " + stops.size() + " texts, may have at most " + STOPS);
        }
        return stops;
    }

    private static String checkedStop(String stop) {
        if (stop.isEmpty()) {
            throw ApiException.field("stop", "stop has an empty text, which would end every answer; leave it out");
        }
        return stop;
    }
}
