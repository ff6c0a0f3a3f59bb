package org.tornadomla.cli;

/** The exit statuses of every command. */
final class ExitStatus {

    /** The command did what it was asked. */
    static final int OK = 0;

    /** Something failed or did not hold: a comparison, a device, an unexpected error. */
    static final int FAILURE = 1;

    /** Nothing was done, since the input cannot be used: an option, a file, an engine that is not there. */
    static final int UNUSABLE_INPUT = 2;

    /** The reader of the output went away, as a shell counts it: 128 and the number of SIGPIPE. */
    static final int CLOSED_PIPE = 141;

    private ExitStatus() {
    }
}
