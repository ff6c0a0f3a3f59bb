package org.tornadomla.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.finetune.TokenWindows;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.tokenizer.TextTokenizer;
import picocli.CommandLine.Option;

/** The options of {@code mla train} that say which text is trained on, and which is held out. */
final class TrainingTexts {

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "The text to train on, in UTF-8.")
    private Path data;

    @Option(names = "--held-out", paramLabel = "SHARE|FILE", defaultValue = "0.1",
            description = "What the training is measured with: a share of the text's end, above 0 and at most 0.5, or a"
                    + " text of its own (default: ${DEFAULT-VALUE}).")
    private String heldOut;

    /**
     * Both texts in windows.
     *
     * @param trained the text that is trained on
     * @param heldOut the text that is not
     */
    record Windows(TokenWindows trained, TokenWindows heldOut) {
    }

    /** Reads both texts by the tokenizer of a model. */
    Windows read(Path model, int length) {
        Double share = share();
        try (TextTokenizer tokenizer = ModelFiles.tokenizer(model)) {
            int[] ids = tokenizer.encode(TextFile.read("the text", data), false);
            if (share != null) {
                TokenWindows[] both = TokenWindows.divided(data.toString(), ids, length, share);
                return new Windows(both[0], both[1]);
            }
            int[] others = tokenizer.encode(TextFile.read("the text that is held out", Path.of(heldOut)), false);
            return new Windows(new TokenWindows(data.toString(), ids, length),
                    new TokenWindows(heldOut, others, length));
        }
    }

    /** The share, or null where a file is named. */
    private @Nullable Double share() {
        double share;
        try {
            share = Double.parseDouble(heldOut);
        } catch (NumberFormatException isFile) {
            return null;
        }
        if (!(share > 0 && share <= 0.5)) {
            throw new ConfigurationException(
                    "--held-out is " + heldOut + ", must be a share above 0 and at most 0.5, or the name of a text");
        }
        return share;
    }
}
