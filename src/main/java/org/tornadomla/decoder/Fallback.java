package org.tornadomla.decoder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.MlaException;

/**
 * A model on the first of several devices that can have it. Where a device fails, in its self-test, at loading or at
 * work, that is announced, the model is loaded on the next one, and a {@link Generator} goes on there.
 *
 * <pre>{@code
 * try (Fallback devices = new Fallback(Fallback.order(Targets.automatic()),
 *         target -> Decoder.load(directory, target, options), System.err::println)) {
 *     Generator generator = new Generator(devices, tokenizer);
 * }
 * }</pre>
 *
 * <p>For one thread at a time.
 */
@PublicApi
public final class Fallback implements AutoCloseable {

    private final Iterator<Target> targets;
    private final Function<Target, Decoder> loader;
    private final Consumer<String> announcement;
    private Decoder decoder;

    /**
     * Loads the model on the first device that can have it.
     *
     * @param targets      devices, in the order in which they are tried
     * @param loader       loads the model on a device
     * @param announcement told of each move to another device: what failed, and where it goes on
     * @throws ConfigurationException when there is no device
     * @throws DeviceException        when all devices fail, with what the last one said
     */
    public Fallback(List<Target> targets, Function<Target, Decoder> loader, Consumer<String> announcement) {
        if (targets.isEmpty()) {
            throw new ConfigurationException("targets is empty, it needs at least one device");
        }
        this.targets = List.copyOf(targets).iterator();
        this.loader = loader;
        this.announcement = announcement;
        this.decoder = load(this.targets.next());
    }

    /** A device, then all others of the active runtime, the JVM last. */
    public static List<Target> order(Target first) {
        List<Target> order = new ArrayList<>(List.of(first));
        Targets.all().stream().filter(target -> target.backend() != first.backend() || target.index() != first.index())
                .sorted(Comparator.comparing(target -> !target.engine().accelerated())).forEach(order::add);
        return order;
    }

    /** The model where it is now. */
    public Decoder decoder() {
        return decoder;
    }

    /** Whether there is a device to go on with. */
    boolean hasOthers() {
        return targets.hasNext();
    }

    /**
     * Gives up the device that failed.
     *
     * @throws DeviceException when there is no other, or all others fail too
     */
    Decoder next(DeviceException failure) {
        if (!targets.hasNext()) {
            throw failure;
        }
        try {
            decoder.close();
        } catch (MlaException ignored) {
            // A device that is lost may refuse to give back what it no longer has.
        }
        decoder = moveOn(failure);
        return decoder;
    }

    private Decoder moveOn(DeviceException failure) {
        Target target = targets.next();
        announcement.accept(failure.getMessage() + "; going on with " + target);
        return load(target);
    }

    private Decoder load(Target target) {
        try {
            return loader.apply(target);
        } catch (DeviceException e) {
            if (!targets.hasNext()) {
                throw e;
            }
            return moveOn(e);
        }
    }

    /** Closes the model. */
    @Override
    public void close() {
        decoder.close();
    }
}
