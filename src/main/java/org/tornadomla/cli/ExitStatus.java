package org.tornadomla.cli;

/** The exit statuses of every command. */
final class ExitStatus {

    /** The command did what it was asked. */
    static final int OK = 0;

    /** Something failed or did not hold: a comparison, a device, an unexpected error. */
    static final int FAILURE = 1;

    /** Nothing was done, since the input cannot be used: an option, a file, an engine that is not there. */
    static final int UNUSABLE_INPUT = 2;

    private ExitStatus() {
    }
}
