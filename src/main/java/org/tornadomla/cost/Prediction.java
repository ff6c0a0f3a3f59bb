package org.tornadomla.cost;

import java.util.ArrayList;
import java.util.List;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Capacity;
import org.tornadomla.kernels.GroupLatentAttention;
import org.tornadomla.layers.AttentionCost;

/**
 * What a decoded token is expected to take on a card that is not at hand, launch by launch: a launch takes as long as
 * its bytes from memory or its arithmetic, whichever is longer, and the time to start it. Weights and cache are
 * bfloat16, activations 32-bit numbers, which stay in the card's cache.
 */
public final class Prediction {

    /** Share of a published bandwidth that a plain copy reaches. */
    public static final double STREAMING = 0.85;
    /** Share of the published 32-bit arithmetic that products without tensor cores reach. */
    public static final double COMPUTING = 0.5;
    /** Microseconds from the end of a launch to the beginning of the next. */
    public static final double START = 4;
    /** Least sectors of loads as a share of those that are touched, which {@code CostReportTest} holds. */
    public static final double LOADING = 0.9;

    private static final int WIDE = Float.BYTES;
    private static final int NARROW = Short.BYTES;

    /**
     * A card, by its data sheet.
     *
     * @param gigabytes  of memory a second
     * @param teraflops  of 32-bit arithmetic a second
     * @param processors multiprocessors
     */
    public record Card(String name, double gigabytes, double teraflops, int processors) {

        /** H100 SXM. */
        public static final Card H100 = new Card("H100", 3350, 67, 132);
        /** GeForce RTX 4090. */
        public static final Card RTX_4090 = new Card("RTX 4090", 1008, 82.6, 128);
    }

    /**
     * A launch.
     *
     * @param bytes      from and to memory
     * @param operations multiplications and additions
     */
    public record Launch(String step, long bytes, long operations) {

        /** A product of one row with a matrix of bfloat16 numbers. */
        static Launch product(String step, long outputs, long inputs) {
            return new Launch(step, outputs * inputs * NARROW, 2 * outputs * inputs);
        }

        /** Microseconds on a card. */
        public double micros(Card card) {
            double moving = bytes / (STREAMING * LOADING * card.gigabytes * 1e3);
            double computing = operations / (COMPUTING * card.teraflops * 1e6);
            return START + Math.max(moving, computing);
        }
    }

    /**
     * What is expected of some launches together.
     *
     * @param megabytes from and to memory
     * @param micros    microseconds
     * @param bandwidth share of the published bandwidth
     * @param floor     microseconds that the bytes alone take at the published bandwidth
     */
    public record Expectation(double megabytes, double micros, double bandwidth, double floor) {
    }

    private Prediction() {
    }

    /** The launches of an attention layer for one token behind {@code cached - 1} others. */
    public static List<Launch> attention(MlaConfig c, int cached, Card card) {
        int heads = c.numHeads();
        int latent = c.kvLoraRank();
        int row = latent + c.qkRopeHeadDim();
        long hidden = c.hiddenSize();
        long query = (long) heads * c.qkHeadDim();
        boolean compressed = c.qLoraRank() > 0;
        // Sums and two statistics of each range and head, written once and read by a group of each 16 values.
        long ranges = (long) ranges(heads, cached, card) * heads * (latent + 2) * WIDE;
        List<Launch> launches = new ArrayList<>();
        launches.add(Launch.product("q_kv", (compressed ? c.qLoraRank() : query) + row, hidden));
        if (compressed) {
            launches.add(Launch.product("q_b", query, c.qLoraRank()));
        }
        launches.add(Launch.product("absorbed_query", (long) heads * c.qkNopeHeadDim(), latent));
        launches.add(new Launch("latent_attention", (long) cached * row * NARROW + ranges,
                2L * cached * heads * (row + latent)));
        Launch up = Launch.product("value_up", (long) heads * c.vHeadDim(), latent);
        launches.add(new Launch("value_up", up.bytes + ranges, up.operations));
        launches.add(Launch.product("o", hidden, (long) heads * c.vHeadDim()));
        return launches;
    }

    /** Key ranges that a decoder on the card takes for one token. */
    static int ranges(int heads, int cached, Card card) {
        Capacity capacity = Capacity.builder().tokens(1).pages(cached, 1, cached).positions(cached)
                .splitsFor(card.processors).build();
        return AttentionCost.splits(capacity, card.processors, GroupLatentAttention.slices(heads), 1, cached);
    }

    /** The launches of a dense feed-forward for one token. */
    public static List<Launch> dense(int hidden, int intermediate) {
        return List.of(Launch.product("gate_up", 2L * intermediate, hidden),
                Launch.product("down", hidden, intermediate));
    }

    /** The launches of a mixture for one token; its router is in 32-bit numbers. */
    public static List<Launch> mixture(int hidden, MoeConfig c) {
        long rows = (long) c.numExpertsPerTok() + c.nSharedExperts();
        Launch router = Launch.product("router", c.nRoutedExperts(), hidden);
        return List.of(new Launch("router", router.bytes / NARROW * WIDE, router.operations), new Launch("route", 0, 0),
                new Launch("group", 0, 0),
                Launch.product("experts_gate_up", 2 * rows * c.moeIntermediateSize(), hidden),
                Launch.product("experts_down", rows * c.moeIntermediateSize(), hidden),
                new Launch("experts_sum", 0, 2 * rows * hidden));
    }

    /** What is expected of launches one after another. */
    public static Expectation of(List<Launch> launches, Card card) {
        double bytes = launches.stream().mapToLong(Launch::bytes).sum();
        double micros = launches.stream().mapToDouble(launch -> launch.micros(card)).sum();
        double floor = bytes / (card.gigabytes * 1e3);
        return new Expectation(bytes / 1e6, micros, floor / micros, floor);
    }
}
