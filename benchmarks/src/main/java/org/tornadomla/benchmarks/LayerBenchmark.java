package org.tornadomla.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.weights.WeightFormats;

/** JMH: attention layers. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class LayerBenchmark {

    private static final long SEED = 1;

    /** One token behind cached ones, the peer's when the engine is pytorch. */
    @State(Scope.Benchmark)
    public static class Step extends WorkloadState {
        /** Engine, or pytorch. */
        @Param({"opencl", "jvm", PEER})
        public String engine;
        /** Which of its devices. */
        @Param(FIRST)
        public String device;
        /** Sizes. */
        @Param({"CARD", "V2_LITE"})
        public Layer layer;
        /** How attention is computed. */
        @Param({"ABSORBED", "EXPANDED"})
        public AttentionMode mode;
        /** Tokens before the step. */
        @Param({"512", "4096"})
        public int cached;
        /** Sequences. */
        @Param("1")
        public int batch;
        /** Number format of the library's weights; the peer's are in 32 bits. */
        @Param("f32")
        public String weights;

        /** Builds and checks. */
        @Setup
        public void open() {
            LayerData data = new LayerData(layer, SEED, WeightFormats.byName(weights).orElseThrow());
            if (engine.equals(PEER)) {
                PeerLayer peer = new PeerLayer(data);
                use(mode == AttentionMode.EXPANDED
                        ? peer.decodeExpanded(cached, batch)
                        : peer.decodeAbsorbed(cached, batch));
            } else {
                use(new DecodeWorkload(data, target(engine, device), mode, cached, batch));
            }
        }
    }

    /** A prompt, the peer's when the engine is pytorch. */
    @State(Scope.Benchmark)
    public static class Prompt extends WorkloadState {
        /** Engine, or pytorch. */
        @Param({"opencl", "jvm", PEER})
        public String engine;
        /** Which of its devices. */
        @Param(FIRST)
        public String device;
        /** Sizes. */
        @Param({"CARD", "V2_LITE"})
        public Layer layer;
        /** Tokens of the prompt. */
        @Param({"128", "512"})
        public int tokens;

        /** Builds and checks. */
        @Setup
        public void open() {
            LayerData data = new LayerData(layer, SEED);
            use(engine.equals(PEER)
                    ? new PeerLayer(data).prefill(tokens)
                    : new PrefillWorkload(data, target(engine, device), AttentionMode.AUTO, tokens));
        }
    }

    /** Decode. */
    @Benchmark
    public void decode(Step state, Throughput counters) {
        state.run(counters);
    }

    /** Prefill. */
    @Benchmark
    public void prefill(Prompt state, Throughput counters) {
        state.run(counters);
    }
}
