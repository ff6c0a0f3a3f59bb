package org.tornadomla.decoder;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleConsumer;

import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.OtherThread;
import org.tornadomla.packed.PackedBuild;
import org.tornadomla.packed.PackedCache;
import org.tornadomla.tensor.LentMemory;
import org.tornadomla.weights.Filling;

/** Brings the weights of a model to their arrays: packs them, or maps what an earlier run packed. */
final class WeightLoad implements AutoCloseable {

    private static final String THREAD = "mla-weights";

    /** How the arrays got their content. */
    enum Origin {
        /** Packed from the model's files. */
        PACKED("packed from the model's files"),
        /** Packed to the disk, where they are mapped. */
        MAPPED("packed from the model's files to the disk, and mapped there"),
        /** Mapped, as an earlier run packed them. */
        KEPT("mapped as an earlier run packed them");

        private final String text;

        Origin(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Which weights they are.
     *
     * @param hash  of their files
     * @param place where they may be kept between runs; empty for weights that never are
     */
    record Identity(String hash, Optional<Place> place) {
    }

    /**
     * Where packed weights are kept.
     *
     * @param model the model's file or folder
     * @param key   names all that the arrays depend on
     */
    record Place(Path model, String key) {
    }

    private final List<Object> arrays;
    private final Filling filling;
    private final PackedCache cache;
    private final Optional<Place> place;
    private final boolean mapped;
    private CompletableFuture<Origin> loading = CompletableFuture.failedFuture(new CancellationException());
    private CompletableFuture<Boolean> keeping = CompletableFuture.completedFuture(false);

    /**
     * A load.
     *
     * @param arrays  of all weights
     * @param filling packs those that are not filled yet
     * @param mapped  whether they are packed to the disk and not to memory
     * @throws ConfigurationException when they cannot be, but are to
     */
    WeightLoad(List<Object> arrays, Filling filling, PackedCache cache, Identity identity, boolean mapped) {
        this.arrays = LentMemory.isPossible() ? arrays.stream().filter(LentMemory::isUnused).toList() : List.of();
        this.filling = filling;
        this.cache = cache;
        this.place = LentMemory.isPossible() ? identity.place() : Optional.empty();
        this.mapped = mapped;
        if (mapped && place.isEmpty()) {
            throw new ConfigurationException("weights can be mapped only where they come from a model's files and the"
                    + " engine computes on the host's arrays: jvm, or opencl on a device without memory of its own");
        }
    }

    /**
     * Begins, on other threads.
     *
     * @param done told from time to time which part of all weights is there, up to 1
     */
    CompletableFuture<Origin> start(DoubleConsumer done) {
        loading = OtherThread.start(THREAD, () -> load(done));
        return loading;
    }

    private Origin load(DoubleConsumer done) {
        Optional<List<MemorySegment>> kept = place
                .flatMap(at -> cache.find(at.model(), at.key(), arrays.stream().map(LentMemory::bytes).toList()));
        if (kept.isPresent()) {
            for (int i = 0; i < arrays.size(); i++) {
                LentMemory.lend(arrays.get(i), kept.get().get(i));
            }
            done.accept(1);
            return Origin.KEPT;
        }
        if (mapped) {
            build(done);
            return Origin.MAPPED;
        }
        filling.run(done);
        return Origin.PACKED;
    }

    private void build(DoubleConsumer done) {
        Place at = place.orElseThrow();
        try (PackedBuild build = cache.build(at.model(), at.key(), arrays.stream().map(LentMemory::bytes).toList())) {
            for (int i = 0; i < arrays.size(); i++) {
                LentMemory.give(arrays.get(i), build.arrays().get(i));
            }
            filling.run(done);
            build.finish();
        }
    }

    /** Keeps what was packed, on another thread; the arrays stay as they are meanwhile. */
    void keep() {
        place.ifPresent(at -> keeping = OtherThread.start(THREAD,
                () -> cache.keep(at.model(), at.key(), arrays.stream().map(LentMemory::content).toList())));
    }

    /** Waits until what was packed is kept; returns whether it is. */
    boolean awaitKept() {
        return OtherThread.await(keeping);
    }

    /** Ends what other threads do with the arrays and with the model's files, and waits for its end. */
    @Override
    public void close() {
        filling.stop();
        // Its failure is for whoever waited for the weights.
        loading.handle((_, _) -> true).join();
        awaitKept();
    }
}
