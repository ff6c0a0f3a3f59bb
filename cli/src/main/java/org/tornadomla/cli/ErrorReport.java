package org.tornadomla.cli;

import java.io.PrintWriter;
import org.tornadomla.config.Shortened;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.DeviceFailedException;
import org.tornadomla.error.MlaException;
import org.tornadomla.error.OutputException;
import org.tornadomla.error.SamplingException;
import org.tornadomla.error.TrainingException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line on standard error what went wrong; the stack trace is shown with {@code --debug} only. */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        PrintWriter err = command.getErr();
        if (OutputWriter.isClosedPipe(command.getOut())) {
            return ExitStatus.CLOSED_PIPE;
        }
        if (failure instanceof MlaException) {
            err.println("error: " + oneLine(failure.getMessage()));
        } else {
            err.println("error: unexpected " + failure.getClass().getSimpleName() + ": " + oneLine(failure.getMessage())
                    + "; run again with --debug for the place");
        }
        if (arguments.commandSpec().root().userObject() instanceof Main main && main.debug()) {
            failure.printStackTrace(err);
        }
        err.flush();
        return status(failure);
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("error: " + oneLine(failure.getMessage()) + "; see " + command.getCommandSpec().qualifiedName()
                + " --help");
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.flush();
        return ExitStatus.UNUSABLE_INPUT;
    }

    /** Says that results could not be written. */
    int unwritten(PrintWriter out, PrintWriter err) {
        try {
            OutputWriter.require(out);
        } catch (OutputException e) {
            err.println("error: " + oneLine(e.getMessage()));
        }
        return ExitStatus.FAILURE;
    }

    /** What was refused before anything ran is unusable input; what comes later is a failure. */
    private static int status(Exception failure) {
        return switch (failure) {
            case CacheException _,SamplingException _,TrainingException _,DeviceFailedException _,OutputException _ ->
                ExitStatus.FAILURE;
            case MlaException _ -> ExitStatus.UNUSABLE_INPUT;
            default -> ExitStatus.FAILURE;
        };
    }

    /** A message without line breaks, and without what names in files could tell a terminal to do. */
    static String oneLine(String message) {
        return message == null ? "" : Shortened.visible(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
