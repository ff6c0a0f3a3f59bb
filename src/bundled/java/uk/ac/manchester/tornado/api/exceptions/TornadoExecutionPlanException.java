package uk.ac.manchester.tornado.api.exceptions;

/** A plan that cannot be closed or executed. */
public class TornadoExecutionPlanException extends Exception {

    /** A failure with a message for people. */
    public TornadoExecutionPlanException(String message) {
        super(message);
    }

    /** A failure with a message for people and its cause. */
    public TornadoExecutionPlanException(String message, Throwable cause) {
        super(message, cause);
    }
}
