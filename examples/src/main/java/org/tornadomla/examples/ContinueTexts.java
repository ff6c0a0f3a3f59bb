package org.tornadomla.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.Generator;
import org.tornadomla.tokenizer.TextTokenizer;

/** Continues the texts that are given, all at once: folder of a model, then a beginning an argument. */
public final class ContinueTexts {

    private static final int TOKENS = 16;

    private ContinueTexts() {
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("give the folder of a model, then one or more beginnings of texts");
        }
        Path folder = Path.of(arguments[0]);
        int texts = arguments.length - 1;
        try (Decoder decoder = Decoder.load(folder, Targets.automatic(), DecoderOptions.defaults().withBatch(texts));
                TextTokenizer tokenizer = TextTokenizer.load(folder)) {
            Generator generator = new Generator(decoder, tokenizer);
            List<Generation> generations = new ArrayList<>();
            List<StringBuilder> answers = new ArrayList<>();
            for (int i = 1; i <= texts; i++) {
                StringBuilder answer = new StringBuilder(arguments[i]);
                answers.add(answer);
                GenerationRequest request = GenerationRequest.greedy(tokenizer.encode(arguments[i], false), TOKENS);
                generations.add(generator.prepare(request, (id, text) -> answer.append(text)));
            }
            generator.run(generations);
            answers.forEach(System.out::println);
        }
    }
}
