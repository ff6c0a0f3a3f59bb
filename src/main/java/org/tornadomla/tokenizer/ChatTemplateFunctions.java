package org.tornadomla.tokenizer;

import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.ZonedDateTime;

import org.tornadomla.error.TokenizerException;

/** The functions that chat templates may call; public because the template engine calls them by reflection. */
public final class ChatTemplateFunctions {

    private ChatTemplateFunctions() {
    }

    /**
     * {@code raise_exception(message)}: the template refuses the conversation.
     *
     * @throws TokenizerException always
     */
    public static String raiseException(String message) {
        throw new TokenizerException("the template refuses the conversation: " + message);
    }

    /** {@code strftime_now(format)}: the present date and time in the system's zone, in C's format. */
    public static String strftimeNow(String format) {
        return StrftimeFormatter.format(ZonedDateTime.now(), format);
    }
}
