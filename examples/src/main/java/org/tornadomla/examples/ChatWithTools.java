package org.tornadomla.examples;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import org.tornadomla.langchain4j.LocalModel;

/** Asks a model that may call a method of ours: folder of a model that has a chat template, then the question. */
public final class ChatWithTools {

    private ChatWithTools() {
    }

    /** What we want of the model. */
    public interface Assistant {
        String answer(String question);
    }

    /** What the model may call. */
    public static final class Calendar {

        @Tool("The day of the week of a date")
        public String dayOfWeek(@P("the date as yyyy-mm-dd") String date) {
            return LocalDate.parse(date).getDayOfWeek().toString();
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("give the folder of a model that has a chat template, and a question");
        }
        try (LocalModel model = LocalModel.load(Path.of(arguments[0]))) {
            Assistant assistant = AiServices.builder(Assistant.class).chatModel(model.chatModel())
                    .chatMemory(MessageWindowChatMemory.withMaxMessages(10)).tools(new Calendar()).build();
            System.out.println(assistant.answer(arguments[1]));
        }
    }
}
