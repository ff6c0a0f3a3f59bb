package org.tornadomla.langchain4j;

import java.nio.file.Path;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.model.ModelFiles;
import org.tornadomla.server.LocalChat;
import org.tornadomla.server.ModelService;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * A model that is loaded into this process, and its chat models. Conversations of several threads are written together.
 * Closing it ends what still runs.
 */
public final class LocalModel implements AutoCloseable {

    private final TextTokenizer tokenizer;
    private final Decoder decoder;
    private final Scheduler scheduler;
    private final LocalChat chat;

    private LocalModel(Path files, Target target, DecoderOptions options) {
        this.tokenizer = ModelFiles.tokenizer(files);
        this.decoder = Decoder.load(files, target, options);
        this.scheduler = new Scheduler(decoder, tokenizer, SchedulerOptions.defaults().withKeptTexts(true));
        this.chat = new LocalChat(new ModelService.Texts(files.toAbsolutePath().normalize().getFileName().toString(),
                files, options.cacheTokens(), false), decoder, tokenizer, scheduler);
        scheduler.start();
    }

    /**
     * Loads a model onto the default device.
     *
     * @param files folder of a model in Hugging Face's files, or a GGUF file
     * @throws org.tornadomla.error.MlaException when the model cannot be read or has no chat template
     */
    public static LocalModel load(Path files) {
        return load(files, Targets.automatic(), DecoderOptions.defaults().withBatch(4).withCacheTokens(16_384));
    }

    /**
     * Loads a model.
     *
     * @param files   folder of a model in Hugging Face's files, or a GGUF file
     * @param target  the device
     * @param options how many conversations at once, and how much room they have together
     * @throws org.tornadomla.error.MlaException when the model cannot be read or has no chat template
     */
    public static LocalModel load(Path files, Target target, DecoderOptions options) {
        LocalModel model = new LocalModel(files, target, options);
        if (!model.chat.hasTemplate()) {
            model.close();
            throw new ConfigurationException(files + " has no chat template; put the template of the model into a file"
                    + " chat_template.jinja beside it");
        }
        return model;
    }

    /** Answers as a whole. */
    public LocalChatModel chatModel() {
        return new LocalChatModel(chat);
    }

    /** Answers while they come. */
    public LocalStreamingChatModel streamingChatModel() {
        return new LocalStreamingChatModel(chat);
    }

    @Override
    public void close() {
        scheduler.close();
        decoder.close();
        tokenizer.close();
    }
}
