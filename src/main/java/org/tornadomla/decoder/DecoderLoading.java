package org.tornadomla.decoder;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

import org.tornadomla.cache.CacheConfig;
import org.tornadomla.cache.LatentCache;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.OtherThread;
import org.tornadomla.graph.Capacity;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.DecoderWeights;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.LayerDivision;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.FormatChoice;

/**
 * The way of a model to its devices: room for weights, the plan, and the weights' content, which other threads bring
 * while this one compiles kernels.
 *
 * @param model    what the weights are for
 * @param source   gives weights by the names that the model has
 * @param devices  compute
 * @param family   their kernels
 * @param type     number formats of the matrices
 * @param options  what there is room for
 * @param identity which weights they are
 */
record DecoderLoading(ModelConfig model, NamedWeights source, Devices devices, KernelFamily family, FormatChoice type,
        DecoderOptions options, WeightLoad.Identity identity) {

    /**
     * Loads all of it. Where anything fails, all threads have ended and all memory is given back before the failure is
     * told, so that the caller may close the files.
     *
     * @param loaded told from time to time how many parameters are loaded
     * @throws DeviceException also when this JVM may not use as much memory as it takes
     */
    DecoderParts load(LongConsumer loaded) {
        try {
            return placed(loaded);
        } catch (OutOfMemoryError full) {
            throw new DeviceException(
                    "weights take " + DecoderWeights.bytes(model, family, type, ways()) + " bytes in "
                            + type.name().toLowerCase(Locale.ROOT) + ", more than this JVM may use beside a cache of "
                            + Decoder.cacheConfig(model, options, identity).poolBytes()
                            + " bytes; use weights in fewer bits, or start Java with a larger -XX:MaxDirectMemorySize",
                    full);
        }
    }

    private Set<Attending> ways() {
        return Attending.ways(options.expandedKeys());
    }

    private DecoderParts placed(LongConsumer loaded) {
        if (options.mapsWeights()) {
            devices.requireHostMemory();
        }
        CacheConfig config = Decoder.cacheConfig(model, options, identity);
        List<DecoderPlan.Placing> placing = devices
                .placing(new LayerDivision(model, family, type, ways(), config.poolBytes()));
        Filling filling = new Filling();
        DecoderWeights weights = DecoderWeights.pack(model, source, family, type, devices.bufferBytes(options), ways(),
                filling);
        WeightLoad load = new WeightLoad(weights.arrays(), filling, options.packedCache(), identity,
                options.mapsWeights());
        LatentCache cache = new LatentCache(config);
        DecoderPlan plan = new DecoderPlan(model, weights, cache, capacity(config), placing, family,
                options.countsExperts());
        DecoderParts parts = null;
        try {
            parts = new DecoderParts(cache, plan, load, filled(plan, load, loaded));
            return parts;
        } finally {
            if (parts == null) {
                giveBack(cache, plan, load);
            }
        }
    }

    /** What stands before the failure that is on its way: no other one may take its place. */
    private static void giveBack(LatentCache cache, DecoderPlan plan, WeightLoad load) {
        try {
            DecoderParts.close(cache, plan, load);
        } catch (RuntimeException | Error also) {
            // A device that failed may refuse to be closed; the first failure says more.
        }
    }

    private WeightLoad.Origin filled(DecoderPlan plan, WeightLoad load, LongConsumer loaded) {
        CompletableFuture<
                WeightLoad.Origin> filled = load.start(part -> loaded.accept((long) (part * model.parameters())));
        plan.device().compile();
        WeightLoad.Origin origin = OtherThread.await(filled);
        if (origin == WeightLoad.Origin.PACKED) {
            load.keep();
        }
        return origin;
    }

    private Capacity capacity(CacheConfig cache) {
        return Capacity.builder().tokens(options.chunkTokens()).sequences(options.batch()).outputs(options.outputs())
                .pages(options.pageTokens(), cache.maxBlocks(), cache.rows()).positions(cache.maxSequenceTokens())
                .splitsFor(devices.first().computeUnits()).expandedKeys(options.expandedKeys()).build();
    }
}
