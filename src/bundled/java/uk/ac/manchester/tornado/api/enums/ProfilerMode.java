package uk.ac.manchester.tornado.api.enums;

/** What a plan does with its measurements. */
public enum ProfilerMode {
    /** Prints them after every execution. */
    CONSOLE,
    /** Keeps them for the execution's result. */
    SILENT
}
