package org.tornadomla.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.tornadomla.decoder.ClearChoices;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.tokenizer.TextTokenizer;

/** Requests, and what each gives alone on a decoder of its own. */
final class SoakTexts {

    private static final String[] OPENINGS = {"In the beginning", "Hear the word of the LORD,", "And it came to pass",
        "Blessed are the", "Thou shalt not", "The LORD is my shepherd"};

    private final List<GenerationRequest> requests = new ArrayList<>();
    private final List<GenerationResult> answers = new ArrayList<>();

    SoakTexts(Decoder alone, TextTokenizer tokenizer, int count, SplittableRandom random) {
        Generator generator = new Generator(alone, tokenizer);
        while (requests.size() < count) {
            int[] opening = tokenizer.encode(OPENINGS[random.nextInt(OPENINGS.length)], true);
            int[] prompt = Arrays.copyOf(opening, opening.length + random.nextInt(1, 20));
            for (int i = opening.length; i < prompt.length; i++) {
                prompt[i] = random.nextInt(300, 1000);
            }
            SamplerConfig sampling = random.nextBoolean()
                    ? SamplerConfig.greedy()
                    : SamplerConfig.sampling(0.8, random.nextLong());
            GenerationRequest request = new GenerationRequest(prompt, random.nextInt(2, 40), sampling, List.of());
            GenerationResult result = generator.run(generator.prepare(request, (id, piece) -> {}));
            if (ClearChoices.are(alone, request, result.ids())) {
                requests.add(request);
                answers.add(result);
            }
        }
    }

    int count() {
        return requests.size();
    }

    GenerationRequest request(int index) {
        return requests.get(index);
    }

    int[] answer(int index) {
        return answers.get(index).ids();
    }

    String text(int index) {
        return answers.get(index).text();
    }

    boolean isGreedy(int index) {
        return requests.get(index).sampling().isGreedy();
    }
}
