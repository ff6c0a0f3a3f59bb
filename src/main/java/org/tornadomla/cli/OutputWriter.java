package org.tornadomla.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.OutputException;

/** A writer of results that keeps why one could not be written, where a plain one knows only that. */
final class OutputWriter extends PrintWriter {

    private final Remembering stream;

    /** @param target takes what is written, in UTF-8 */
    OutputWriter(OutputStream target) {
        this(new Remembering(target));
    }

    private OutputWriter(Remembering stream) {
        super(stream, true, StandardCharsets.UTF_8);
        this.stream = stream;
    }

    private static final class Remembering extends FilterOutputStream {

        private @Nullable IOException failure;

        Remembering(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }

    /**
     * Refuses to go on when something could not be written.
     *
     * @throws OutputException with what the system said
     */
    static void require(PrintWriter out) {
        if (out.checkError()) {
            throw new OutputException("the output cannot be written: " + reason(out));
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
