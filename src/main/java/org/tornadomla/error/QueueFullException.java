package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A request that comes while as many wait as may wait; later there may be room for it. */
@PublicApi
public final class QueueFullException extends MlaException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception that says how many wait.
     *
     * @param waiting requests that wait, as many as are allowed
     */
    public QueueFullException(int waiting) {
        super(waiting + " requests wait already, allowed are " + waiting + "; submit again when one has ended");
    }
}
