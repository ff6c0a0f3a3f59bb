package org.tornadomla.benchmarks;

import java.util.Locale;

/** A benchmark's answer is wrong, so that its speed means nothing. */
final class WrongAnswerException extends RuntimeException {

    WrongAnswerException(String name, double error) {
        super(String.format(Locale.ROOT,
                "%s is not reported: its answer differs from the reference by %.2e of the largest value,"
                        + " at most %.0e is allowed",
                name, error, Workload.ALLOWED_ERROR));
    }
}
