package org.tornadomla.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.OutputException;

/**
 * A writer of results that throws an {@link OutputException} where one cannot be written, so that no command computes
 * for nobody, and keeps why. A plain one goes on in silence and knows only that.
 */
final class OutputWriter extends PrintWriter {

    private static final String UNWRITTEN = "the output cannot be written: ";

    private final Remembering stream;

    /** @param target takes what is written, in UTF-8 */
    OutputWriter(OutputStream target) {
        this(new Remembering(target));
    }

    private OutputWriter(Remembering stream) {
        super(stream, true, StandardCharsets.UTF_8);
        this.stream = stream;
    }

    @Override
    public boolean checkError() {
        try {
            flush();
        } catch (OutputException known) {
            // It is the failure that is asked for.
        }
        return stream.failure != null;
    }

    private static final class Remembering extends FilterOutputStream {

        private @Nullable IOException failure;

        Remembering(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public void flush() {
            try {
                out.flush();
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private OutputException failed(IOException reason) {
            failure = failure == null ? reason : failure;
            return new OutputException(UNWRITTEN + reason.getMessage());
        }
    }

    /**
     * Refuses to go on when something could not be written.
     *
     * @throws OutputException with what the system said
     */
    static void require(PrintWriter out) {
        if (out.checkError()) {
            throw new OutputException(UNWRITTEN + reason(out));
        }
    }

    private static String reason(PrintWriter out) {
        return out instanceof OutputWriter writer && writer.stream.failure != null
                ? String.valueOf(writer.stream.failure.getMessage())
                : "no reason is given";
    }

    /** Whether the reader of a pipe went away, which is no failure of ours. */
    static boolean isClosedPipe(PrintWriter out) {
        return out.checkError() && reason(out).contains("Broken pipe");
    }
}
