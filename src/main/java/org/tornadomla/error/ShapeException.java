package org.tornadomla.error;

import java.util.Arrays;

import org.tornadomla.annotation.PublicApi;

/** An array, mask, position list or weight whose shape does not fit the configuration or its neighbours. */
@PublicApi
public class ShapeException extends MlaException {

    /**
     * An exception with a message for the user.
     *
     * @param message the argument, the shape given and the shape expected
     */
    public ShapeException(String message) {
        super(message);
    }

    /**
     * An exception that compares two shapes.
     *
     * @param argument name of the argument
     * @param given    shape that came
     * @param expected shape that fits
     * @return the exception, for the caller to throw
     */
    public static ShapeException of(String argument, long[] given, long[] expected) {
        return new ShapeException(
                argument + " has shape " + Arrays.toString(given) + ", expected " + Arrays.toString(expected));
    }
}
