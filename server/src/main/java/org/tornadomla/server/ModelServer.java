package org.tornadomla.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.MlaException;

/**
 * The HTTP side of a server: a virtual thread a request, one table of paths, and one place where failures become
 * answers.
 */
final class ModelServer implements AutoCloseable {

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerConfig config;
    private final ServerMetrics metrics;
    private final Map<String, Route> routes;
    private final AtomicInteger active = new AtomicInteger();
    private volatile boolean stopping;

    /**
     * A path that the server answers.
     *
     * @param method   the method that it takes
     * @param open     whether it needs no key
     * @param endpoint what answers
     */
    record Route(String method, boolean open, Endpoint endpoint) {
    }

    /**
     * Binds the address and starts to answer.
     *
     * @throws ConfigurationException when the address cannot be bound
     */
    ModelServer(ServerConfig config, Map<String, Route> routes, ServerMetrics metrics) {
        this.config = config;
        this.routes = Map.copyOf(routes);
        this.metrics = metrics;
        // Without it each event of a stream waits for the acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        this.http = bind(config.address());
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    private static HttpServer bind(InetSocketAddress address) {
        try {
            return HttpServer.create(address, 1024);
        } catch (BindException e) {
            throw new ConfigurationException(
                    "port " + address.getPort() + " of " + address.getHostString() + " cannot be used ("
                            + e.getMessage() + "); stop the program that has it, or choose another with" + " --port",
                    e);
        } catch (IOException e) {
            throw new ConfigurationException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /** The port that the server listens on. */
    int port() {
        return http.getAddress().getPort();
    }

    private void handle(HttpExchange raw) throws IOException {
        long start = System.nanoTime();
        active.incrementAndGet();
        Exchange exchange = new Exchange(raw, config);
        try (exchange) {
            answer(exchange);
        } catch (IOException gone) {
            metrics.clientGone();
            // There is nobody to tell but the JDK's server: it keeps a connection for ever that a handler closes
            // without an answer, and lets go of one that a handler failed on.
            throw gone;
        } finally {
            active.decrementAndGet();
            metrics.request(routes.containsKey(exchange.path()) ? exchange.path() : "other", exchange.status(),
                    System.nanoTime() - start);
        }
    }

    private void answer(Exchange exchange) throws IOException {
        try {
            Route route = routes.get(exchange.path());
            if (route == null) {
                throw ApiException.notFound(null, "unknown_url", "there is nothing at " + exchange.path()
                        + "; the server answers " + String.join(", ", routes.keySet().stream().sorted().toList()));
            }
            if (stopping) {
                throw ApiException.stopping();
            }
            if (!route.open()) {
                exchange.requireKey();
            }
            exchange.requireMethod(route.method());
            route.endpoint().answer(exchange);
        } catch (ApiException refusal) {
            tell(exchange, refusal);
        } catch (MlaException failure) {
            tell(exchange, ApiException.failed(failure.getMessage()));
        } catch (RuntimeException failure) {
            System.Logger log = System.getLogger(ModelServer.class.getName());
            log.log(System.Logger.Level.ERROR, "unexpected failure of " + exchange.path(), withoutMessage(failure));
            tell(exchange, ApiException.failed("unexpected " + failure.getClass().getSimpleName()));
        }
    }

    /** What failed and where; messages may quote what a user wrote, which is nobody's to keep. */
    private static Throwable withoutMessage(RuntimeException failure) {
        Throwable shown = new Throwable(failure.getClass().getName());
        shown.setStackTrace(failure.getStackTrace());
        return shown;
    }

    private static void tell(Exchange exchange, ApiException failure) throws IOException {
        if (failure.status() == 429) {
            exchange.header("Retry-After", "1");
        }
        if (exchange.began()) {
            exchange.event(ErrorBody.of(failure));
        } else {
            exchange.json(failure.status(), ErrorBody.of(failure));
        }
    }

    /** Takes no new requests. */
    void refuseNew() {
        stopping = true;
    }

    /** Requests that are being answered. */
    int active() {
        return active.get();
    }

    /** Stops listening and cuts what still runs. */
    @Override
    public void close() {
        stopping = true;
        http.stop(0);
        threads.shutdownNow();
    }
}
