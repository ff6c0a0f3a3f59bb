package org.tornadomla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.decoder.WeightChoice;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.server.LocalChat;
import org.tornadomla.server.ModelService;
import org.tornadomla.tokenizer.TextTokenizer;
import org.tornadomla.weights.FormatChoice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla chat}: a conversation at the terminal. */
@Command(name = "chat", mixinStandardHelpOptions = true,
        description = {"Talk with a model that has a chat template; /help lists what can be typed beside messages.",
            "Messages come from standard input, one a line, where that is no terminal."})
final class ChatCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Option(names = {"-m", "--model"}, paramLabel = "MODEL", required = true,
            description = "Folder of a model in Hugging Face's files, or a GGUF file.")
    private Path model;

    @Option(names = "--system", paramLabel = "TEXT", description = "A message to the model in front of all others.")
    private @Nullable String system;

    @Option(names = {"-n", "--max-tokens"}, paramLabel = "N",
            description = "Most tokens of an answer (default: as many as the context has room for).")
    private @Nullable Integer maxTokens;

    @Option(names = "--context", paramLabel = "N", defaultValue = "4096",
            description = "Most tokens of the conversation (default: ${DEFAULT-VALUE}).")
    private int context;

    @Option(names = "--template-arg", paramLabel = "NAME=VALUE",
            description = "A variable of the chat template, such as enable_thinking=false; may be given several times.")
    private List<String> templateArguments = new ArrayList<>();

    @Mixin
    private NumberOptions numbers;

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private PackedOptions packed;

    @Mixin
    private ConfigOptions config;

    @Mixin
    private ModelDevices devices;

    @Override
    public Integer call() {
        if (!ModelFiles.isModel(model)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + model + ": it is no GGUF file and holds no config.json");
        }
        ObjectNode settings = settings();
        List<Target> targets = devices.targets(this::format, numbers.cache());
        try (TextTokenizer tokenizer = ModelFiles.tokenizer(model);
                Decoder decoder = load(targets);
                Scheduler scheduler = new Scheduler(decoder, tokenizer,
                        SchedulerOptions.defaults().withKeptTexts(true));
                ChatLines lines = ChatLines.open(System.in, spec.commandLine().getOut())) {
            scheduler.start();
            LocalChat chat = new LocalChat(
                    new ModelService.Texts(model.toAbsolutePath().normalize().getFileName().toString(), model, context,
                            false),
                    decoder, tokenizer, scheduler);
            if (!chat.hasTemplate()) {
                throw new ConfigurationException(model + " has no chat template; use mla generate, which continues a"
                        + " text, or put the template of the model into a file chat_template.jinja beside it");
            }
            spec.commandLine().getErr()
                    .println("talking with " + chat.name() + " on " + decoder.placing() + "; /help, /exit");
            new ChatTalk(chat, settings, system, lines.out(), lines.interrupted()).run(lines.next());
        }
        return ExitStatus.OK;
    }

    /** The fields that all requests have. */
    private ObjectNode settings() {
        SamplerConfig chosen = sampling.config(ModelFiles.defaults(model));
        ObjectNode settings = JSON.createObjectNode().put("temperature", chosen.temperature())
                .put("top_k", chosen.topK()).put("top_p", chosen.topP()).put("min_p", chosen.minP())
                .put("repetition_penalty", chosen.repetitionPenalty()).put("seed", chosen.seed());
        if (maxTokens != null) {
            settings.put("max_tokens", maxTokens);
        }
        Map<String, Object> variables = TemplateArguments.parse(templateArguments);
        if (!variables.isEmpty()) {
            settings.set("chat_template_kwargs", JSON.valueToTree(variables));
        }
        return settings;
    }

    private FormatChoice format(Target target) {
        DecoderOptions asked = numbers.on(DecoderOptions.defaults());
        try (ModelFiles files = ModelFiles.open(model, config.read())) {
            return WeightChoice.of(asked, files.config(), files.weights(), target);
        }
    }

    private Decoder load(List<Target> targets) {
        DecoderOptions options = packed.on(numbers.on(DecoderOptions.defaults().withCacheTokens(context).withBatch(1)));
        try (ModelFiles files = ModelFiles.open(model, config.read());
                Progress progress = new Progress("loading", files.config().parameters() * Float.BYTES)) {
            return Decoder.load(files, targets, options, loaded -> progress.done(loaded * Float.BYTES));
        }
    }
}
