package org.tornadomla.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command did in this JVM.
 *
 * @param status its exit status
 * @param out    what it wrote as its result
 * @param err    what it wrote as errors and progress
 */
public record CommandRun(int status, String out, String err) {

    /** Runs a command. */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }
}
