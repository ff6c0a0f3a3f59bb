package org.tornadomla.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tornadomla.error.ConfigurationException;

/** Texts of a user, in UTF-8 alone: other bytes are refused and never replaced. */
final class TextFile {

    private TextFile() {
    }

    /** Gives bytes. */
    @FunctionalInterface
    interface Source {
        byte[] bytes() throws IOException;
    }

    /**
     * A file's text.
     *
     * @param what it is, for messages
     * @throws ConfigurationException when it cannot be read or is not UTF-8
     */
    static String read(String what, Path file) {
        return read(what, file.toString(), () -> Files.readAllBytes(file));
    }

    /**
     * A text that may come from anywhere.
     *
     * @param what   it is, for messages
     * @param where  it comes from
     * @param source gives its bytes
     * @throws ConfigurationException when it cannot be read or is not UTF-8
     */
    static String read(String what, String where, Source source) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source.bytes())).toString();
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(what + " in " + where + " is not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read " + what + " from " + where + ": " + e.getMessage(), e);
        }
    }
}
