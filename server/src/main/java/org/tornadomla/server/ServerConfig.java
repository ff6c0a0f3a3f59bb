package org.tornadomla.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.tornadomla.error.ConfigurationException;

/**
 * How a server listens and what it allows.
 *
 * @param address where it listens
 * @param key     the key that requests must carry; empty for none
 * @param maxBody most bytes of a request's body
 * @param grace   how long running texts may go on when the server is stopped
 */
public record ServerConfig(InetSocketAddress address, Optional<String> key, long maxBody, Duration grace) {

    /**
     * Checks the values.
     *
     * @throws ConfigurationException naming the value given and those allowed
     */
    public ServerConfig {
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
}
