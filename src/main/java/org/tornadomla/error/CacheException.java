package org.tornadomla.error;

import org.tornadomla.annotation.PublicApi;

/** A request that the cache refuses; the cache is as it was before the request. */
@PublicApi
public class CacheException extends MlaException {

    /**
     * An exception with a message for the user.
     *
     * @param message what was asked for, what is allowed, and what to do
     */
    public CacheException(String message) {
        super(message);
    }

    /**
     * An exception with a message for the user.
     *
     * @param message what was asked for and what went wrong
     * @param cause   the failure underneath, usually of the file system
     */
    public CacheException(String message, Throwable cause) {
        super(message, cause);
    }
}
