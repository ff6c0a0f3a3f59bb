package org.tornadomla.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.decoder.WeightChoice;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.server.ModelService;
import org.tornadomla.server.ServerConfig;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.FormatChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla serve}: a server that speaks OpenAI's protocol, with a page to chat on. */
@Command(name = "serve", mixinStandardHelpOptions = true,
        description = {"Serve a model over HTTP in OpenAI's protocol, with a page to chat on.",
            "Without --model, a small model that comes with the project."})
final class ServeCommand implements Callable<Integer> {

    private static final int MOST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-m", "--model"}, paramLabel = "MODEL",
            description = "Folder of a model in Hugging Face's files, or a GGUF file.")
    private Path directory;

    @Option(names = "--name", paramLabel = "NAME", description = "What requests call the model (default: its folder).")
    private String name;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine alone).")
    private String host;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "Port to listen on, 0 for any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--api-key-file", paramLabel = "FILE",
            description = "File whose first line is the key that requests must carry (default: none).")
    private Path keyFile;

    @Option(names = "--max-body", paramLabel = "BYTES", defaultValue = "8388608",
            description = "Most bytes of a request (default: ${DEFAULT-VALUE}).")
    private long maxBody;

    @Option(names = "--grace", paramLabel = "SECONDS", defaultValue = "10",
            description = "How long running texts may go on when the server is stopped (default: ${DEFAULT-VALUE}).")
    private int grace;

    @Option(names = "--context", paramLabel = "N", defaultValue = "4096",
            description = "Most tokens of prompt and answer of a request together (default: ${DEFAULT-VALUE}).")
    private int context;

    @Option(names = "--cache-tokens", paramLabel = "N",
            description = "Tokens that the cache holds over all texts (default: four contexts).")
    private Integer cacheTokens;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "16",
            description = "Texts that are written at once (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--queue", paramLabel = "N", defaultValue = "256",
            description = "Texts that may wait; one more is answered with status 429 (default: ${DEFAULT-VALUE}).")
    private int queue;

    @Option(names = "--keep-texts", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Keep the rows of texts that ended for those that begin as they did, while nobody else needs"
                    + " the room (default: yes; --no-keep-texts for not).")
    private boolean keepTexts;

    @Option(names = "--read-special-tokens",
            description = "Read special tokens in messages of users and tools as such, as transformers does,"
                    + " and not as the text that they are.")
    private boolean readsSpecialTokens;

    @Mixin
    private NumberOptions numbers;

    @Mixin
    private PackedOptions packed;

    @Mixin
    private ConfigOptions config;

    @Mixin
    private SpeculationOptions speculation;

    @Mixin
    private ModelDevices devices;

    @Override
    public Integer call() throws InterruptedException {
        Path model = directory == null ? GenerateCommand.shipped() : directory;
        if (!ModelFiles.isModel(model)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + model + ": it is no GGUF file and holds no config.json");
        }
        if (port < 0 || port > MOST_PORT) {
            throw new ConfigurationException("--port is " + port + ", must be from 0 to " + MOST_PORT);
        }
        ServerConfig http = new ServerConfig(new InetSocketAddress(host, port), key(), maxBody,
                Duration.ofSeconds(grace));
        List<Target> targets = devices.targets(on -> format(model, on), numbers.cache());
        try (TextTokenizer tokenizer = ModelFiles.tokenizer(model);
                Decoder decoder = load(model, targets);
                SpeculationOptions.Guesses guesses = speculation.open(model, config.read(), targets.getFirst(),
                        tokenizer, options());
                Scheduler scheduler = new Scheduler(decoder, tokenizer,
                        guesses.over(SchedulerOptions.defaults().withWaiting(queue).withKeptTexts(keepTexts)))) {
            scheduler.start();
            ModelService.Texts texts = new ModelService.Texts(name == null ? nameOf(model) : name, model, context,
                    readsSpecialTokens);
            serve(new ModelService(http, texts, decoder, tokenizer, scheduler));
        }
        return ExitStatus.OK;
    }

    private static String nameOf(Path model) {
        return model.toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.gguf$", "");
    }

    private Optional<String> key() {
        if (keyFile == null) {
            return Optional.empty();
        }
        return Optional.of(TextFile.read("the key", keyFile).lines().findFirst().orElse("").strip());
    }

    private FormatChoice format(Path model, Target target) {
        DecoderOptions asked = numbers.on(DecoderOptions.defaults());
        try (ModelFiles files = ModelFiles.open(model, config.read())) {
            return WeightChoice.of(asked, files.config(), files.weights(), target);
        }
    }

    private DecoderOptions options() {
        int tokens = cacheTokens == null ? Math.multiplyExact(4, context) : cacheTokens;
        return packed.on(numbers.on(DecoderOptions.defaults().withCacheTokens(tokens).withBatch(batch)));
    }

    private Decoder load(Path model, List<Target> targets) {
        DecoderOptions options = speculation.room(options());
        try (ModelFiles files = ModelFiles.open(model, config.read());
                Progress progress = new Progress("loading", files.config().parameters() * Float.BYTES)) {
            return Decoder.load(files, targets, options, loaded -> progress.done(loaded * Float.BYTES));
        }
    }

    /** Until the process, or this thread, is told to end: then running texts have their time of grace. */
    private void serve(ModelService service) throws InterruptedException {
        try (Interruption end = new Interruption()) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("serving " + service.name() + " on http://" + host + ":" + service.port());
            out.println("a page to chat on is at /, the protocol at /v1; Ctrl-C ends the server");
            out.flush();
            try {
                end.await();
            } catch (InterruptedException threadIsToEnd) {
                // It does, when the server has come to its end.
            }
            service.stop();
        }
    }
}
