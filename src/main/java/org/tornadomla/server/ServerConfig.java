package org.tornadomla.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.tornadomla.error.ConfigurationException;

/**
 * How a server listens and what it allows.
 *
 * @param address  where it listens
 * @param key      the key that requests must carry; empty for none
 * @param maxBody  most bytes of a request's body
 * @param grace    how long running texts may go on when the server is stopped
 * @param logTexts whether prompts and answers are logged
 */
record ServerConfig(InetSocketAddress address, Optional<String> key, long maxBody, Duration grace, boolean logTexts) {

    /** Bytes of a body that the server takes unless told otherwise: a prompt of a million tokens. */
    static final long DEFAULT_MAX_BODY = 8L << 20;

    /**
     * Checks the values.
     *
     * @throws ConfigurationException naming the value given and those allowed
     */
    ServerConfig {
        if (key.isPresent() && key.get().isBlank()) {
            throw new ConfigurationException("the key is empty; write one into the file, or leave --api-key-file out");
        }
        if (maxBody < 1) {
            throw new ConfigurationException("max-body is " + maxBody + ", must be at least 1");
        }
        if (grace.isNegative()) {
            throw new ConfigurationException("grace is " + grace + ", must not be negative");
        }
    }

    /** A server on this machine alone, without a key. */
    static ServerConfig local(int port) {
        return new ServerConfig(new InetSocketAddress("127.0.0.1", port), Optional.empty(), DEFAULT_MAX_BODY,
                Duration.ofSeconds(10), false);
    }
}
