package org.tornadomla.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.ArrayList;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.ExpertLoad;
import org.tornadomla.decoder.Fallback;
import org.tornadomla.config.GenerationDefaults;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.WeightChoice;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.FormatChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla generate}: continues a text, or answers a message. */
@Command(name = "generate", mixinStandardHelpOptions = true,
        description = {"Continue a prompt with a DeepSeek-family model, as it is written.",
            "Without --model, a small model that comes with the project."})
final class GenerateCommand implements Callable<Integer> {

    private static final String SHIPPED = "models/tiny-kjv";

    /** Tokens of a prompt at once: no other text waits for them, and a matrix is read once for all. */
    static final int CHUNK = 512;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-m", "--model"}, paramLabel = "MODEL",
            description = "Folder of a model in Hugging Face's files, or a GGUF file.")
    private Path directory;

    @Mixin
    private PromptOptions prompt;

    @Option(names = {"-n", "--max-tokens"}, paramLabel = "N", defaultValue = "64",
            description = "Most tokens to write (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(names = "--context", paramLabel = "N", defaultValue = "4096",
            description = "Most tokens of prompt and answer together (default: ${DEFAULT-VALUE}).")
    private int context;

    @Mixin
    private NumberOptions numbers;

    @Mixin
    private PackedOptions packed;

    private final CompileProgress compiling = new CompileProgress();

    @Mixin
    private ConfigOptions config;

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private SpeculationOptions speculation;

    @Mixin
    private ModelDevices devices;

    @Option(names = "--fallback",
            description = "When a device fails, say so on standard error and go on with another, the JVM last.")
    private boolean fallback;

    @Option(names = "--stats", description = "Show times, speeds and bytes on standard error afterwards.")
    private boolean stats;

    @Option(names = "--expert-load",
            description = "Count which experts tokens choose, and show it on standard error afterwards; this takes time.")
    private boolean expertLoad;

    @Override
    public Integer call() {
        Path model = model();
        if (!ModelFiles.isModel(model)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + model + ": it is no GGUF file and holds no config.json");
        }
        // Ids are enough for a model that has no tokenizer; its answer is ids then.
        boolean inIds = prompt.givesIds() && !ModelFiles.hasTokenizer(model);
        try (TokenizerAhead ahead = inIds ? null : new TokenizerAhead(model)) {
            List<Target> targets = devices.targets(on -> weightType(model, on), numbers.cache());
            Target first = targets.getFirst();
            TextTokenizer tokenizer = ahead == null ? null : ahead.await();
            int[] ids = prompt.ids(tokenizer, System.in);
            GenerationRequest request = new GenerationRequest(ids, answerTokens(model, ids.length),
                    sampling.config(ModelFiles.defaults(model)), prompt.stops());
            long start = System.nanoTime();
            PrintWriter err = spec.commandLine().getErr();
            try (Fallback placed = new Fallback(fallback ? Fallback.order(first) : List.of(first),
                    on -> load(model, on.equals(first) ? targets : List.of(on), request),
                    failure -> err.println(ErrorReport.oneLine(failure)));
                    SpeculationOptions.Guesses guesses = speculation.open(model, config.read(), first, tokenizer,
                            options(request))) {
                write(placed, guesses, tokenizer, request, System.nanoTime() - start);
            } finally {
                compiling.close();
            }
        }
        return ExitStatus.OK;
    }

    /**
     * Tokens that the answer may have, so that it and the prompt together are no more than the context.
     *
     * @throws ConfigurationException when the prompt leaves no room
     */
    private int answerTokens(Path model, int promptTokens) {
        int positions = ModelFiles.config(model, config.read()).maxPositionEmbeddings();
        int most = Math.min(context, positions);
        if (promptTokens >= most) {
            throw new ConfigurationException("the prompt has " + promptTokens + " tokens, context is " + most
                    + (positions < context ? ", all the positions of the model" : "")
                    + ", and an answer needs at least one; shorten the prompt"
                    + (context < positions ? " or raise --context" : ""));
        }
        return Math.min(maxTokens, most - promptTokens);
    }

    private Path model() {
        return directory == null ? shipped() : directory;
    }

    /** The model that comes with the project; the launcher says where that is. */
    static Path shipped() {
        return Path.of(System.getProperty("mla.home", "")).resolve(SHIPPED);
    }

    private FormatChoice weightType(Path model, Target target) {
        DecoderOptions asked = numbers.on(DecoderOptions.defaults());
        try (ModelFiles files = ModelFiles.open(model, config.read())) {
            return WeightChoice.of(asked, files.config(), files.weights(), target);
        }
    }

    private Decoder load(Path model, List<Target> targets, GenerationRequest request) {
        DecoderOptions options = packed.on(speculation.room(options(request)));
        Decoder decoder;
        try (ModelFiles files = ModelFiles.open(model, config.read());
                Progress progress = new Progress("loading", files.config().parameters() * Float.BYTES)) {
            decoder = Decoder.load(files, targets, options, loaded -> progress.done(loaded * Float.BYTES));
            if (packed.mapped()) {
                spec.commandLine().getErr().println(mapped(files, decoder));
            }
        }
        compiling.watch(decoder);
        return decoder;
    }

    /** What it costs that weights are read from the disk. */
    private String mapped(ModelFiles files, Decoder decoder) {
        OptionalLong memory = ProcessMemory.machine();
        long read = new ModelPlan(files.config(), 0, numbers.cache()).readBytes(decoder.weightType());
        return "weights are mapped: " + Text.bytes(decoder.weightBytes()) + " on the disk"
                + (memory.isPresent() ? ", the machine has " + Text.bytes(memory.getAsLong()) + " of memory" : "")
                + "; a token reads " + Text.bytes(read) + " of them, from the disk where they are not in memory";
    }

    private DecoderOptions options(GenerationRequest request) {
        return numbers.on(DecoderOptions.defaults()).withChunkTokens(CHUNK).withCacheTokens(context)
                .withExpertLoad(expertLoad).withPackedCache(packed.cache())
                .forText(request.promptIds().length, request.maxTokens());
    }

    private void write(Fallback placed, SpeculationOptions.Guesses guesses, @Nullable TextTokenizer tokenizer,
            GenerationRequest request, long loadNanos) {
        PrintWriter out = spec.commandLine().getOut();
        Generator generator = guesses.over(new Generator(placed, tokenizer));
        Stopwatch watch = new Stopwatch();
        Generation generation = generator.prepare(request, (id, text) -> {
            watch.token();
            compiling.close();
            out.print(tokenizer == null ? id + " " : text);
            out.flush();
            OutputWriter.require(out);
        });
        GenerationResult result = generator.run(generation);
        out.println();
        OutputWriter.require(out);
        if (expertLoad) {
            spec.commandLine().getErr().print(table(placed.decoder().expertLoad()));
        }
        if (stats) {
            watch.print(spec.commandLine().getErr(), placed.decoder(), request.promptIds().length, result, loadNanos);
            memory(spec.commandLine().getErr(), placed.decoder());
            spec.commandLine().getErr().println("sampling " + sampled(request.sampling()));
            speculation.line(generation.drafts()).ifPresent(spec.commandLine().getErr()::println);
        }
    }

    /** A line a layer: who has most to do, how uneven that is, and what a round reads. */
    private static String table(List<ExpertLoad> loads) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("layer", "busiest expert", "its share", "imbalance", "never chosen", "read a round"));
        for (ExpertLoad load : loads) {
            rows.add(List.of("" + load.layer(), "" + load.busiest(),
                    String.format(Locale.ROOT, "%.1f %%", 100 * load.share(load.busiest())),
                    String.format(Locale.ROOT, "%.3f", load.imbalance()), load.idle() + " of " + load.tokens().length,
                    String.format(Locale.ROOT, "%.1f", load.readPerRound())));
        }
        return Text.table(rows);
    }

    /** The peak, and what of the disk packed weights take; the latter once they are written. */
    private void memory(PrintWriter err, Decoder decoder) {
        ProcessMemory.peak().ifPresent(peak -> err.println("memory   " + Text.bytes(peak) + " at the peak"));
        if (packed.mapped()) {
            ProcessMemory.readFromDisk()
                    .ifPresent(bytes -> err.println("disk     " + Text.bytes(bytes) + " were read from it"));
        }
        boolean kept = decoder.awaitKept();
        err.println("packed   weights " + decoder.weightOrigin() + (kept ? ", kept for the next start" : "") + "; "
                + Text.bytes(packed.cache().bytes()) + " are kept of all models");
    }

    private String sampled(SamplerConfig config) {
        String source = sampling.asksForNone() && !ModelFiles.defaults(model()).equals(GenerationDefaults.NONE)
                ? ", as " + GenerationDefaults.FILE + " says"
                : "";
        return (config.isGreedy()
                ? "greedy"
                : String.format(Locale.ROOT, "temperature %s, top-k %d, top-p %s, min-p %s", config.temperature(),
                        config.topK(), config.topP(), config.minP()))
                + (config.repetitionPenalty() == 1 ? "" : ", repetition penalty " + config.repetitionPenalty())
                + source;
    }

    /** When tokens came. */
    private static final class Stopwatch {

        private final long start = System.nanoTime();
        private long first;
        private long last;
        private int tokens;

        void token() {
            last = System.nanoTime();
            if (tokens++ == 0) {
                first = last;
            }
        }

        void print(PrintWriter err, Decoder decoder, int promptTokens, GenerationResult result, long loadNanos) {
            err.println("device   " + decoder.placing());
            err.println("load     " + seconds(loadNanos));
            err.println("prompt   " + promptTokens + " tokens, first token after " + seconds(first - start) + ", "
                    + speed(promptTokens, first - start));
            err.println("answer   " + tokens + " tokens, " + speed(tokens - 1, last - first) + ", ended by "
                    + result.reason());
            err.println(
                    "weights  " + Text.bytes(decoder.weightBytes()) + ", matrices in " + decoder.weightType().name());
            err.println("cache    " + Text.bytes(decoder.cacheBytes()) + " for " + decoder.maxSequenceTokens()
                    + " tokens in " + decoder.cacheType().name().toLowerCase(Locale.ROOT));
        }

        private static String seconds(long nanos) {
            return Text.seconds(nanos / 1e9);
        }

        private static String speed(int tokens, long nanos) {
            return nanos == 0 ? "no speed" : String.format(Locale.ROOT, "%.1f tokens/s", tokens * 1e9 / nanos);
        }
    }
}
