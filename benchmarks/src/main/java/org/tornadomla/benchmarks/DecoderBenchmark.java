package org.tornadomla.benchmarks;

import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** JMH: mixtures of experts, whole decoder layers and whole models. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DecoderBenchmark {

    private static final long SEED = 1;

    /** Router, chosen experts and shared ones. */
    @State(Scope.Benchmark)
    public static class Mixture extends WorkloadState {
        /** Engine. */
        @Param({"opencl", "jvm"})
        public String engine;
        /** Which of its devices. */
        @Param(FIRST)
        public String device;
        /** Sizes. */
        @Param({"TINY_KJV", "V2_LITE"})
        public DecoderLayer layer;
        /** Tokens. */
        @Param({"1", "8", "128"})
        public int tokens;

        private RandomModel model;

        /** Builds and checks. */
        @Setup
        public void open() {
            model = RandomModel.write(layer.model(), SEED);
            use(new MixtureWorkload(model, tokens, target(engine, device)));
        }

        /** Removes the model. */
        @TearDown
        public void remove() {
            model.close();
        }
    }

    /** A token behind cached ones, or a prompt. */
    @State(Scope.Benchmark)
    public static class Tokens extends WorkloadState {
        /** Engine. */
        @Param({"opencl", "jvm"})
        public String engine;
        /** Which of its devices. */
        @Param(FIRST)
        public String device;
        /** A {@link DecoderLayer}, or the directory of a model. */
        @Param({"TINY_KJV", "V2_LITE", "models/tiny-kjv"})
        public String model;
        /** Tokens that are cached before one more; 0 for a prompt. */
        @Param({"512", "0"})
        public int cached;
        /** Tokens of a prompt. */
        @Param("128")
        public int prompt;

        private RandomModel random;

        /** Builds and checks. */
        @Setup
        public void open() {
            Path directory = Path.of(model);
            if (!directory.toFile().isDirectory()) {
                random = RandomModel.write(DecoderLayer.valueOf(model).model(), SEED);
                directory = random.directory();
            }
            ModelWorkload workload = new ModelWorkload(directory, target(engine, device));
            use(cached > 0 ? workload.decode(cached) : workload.prefill(prompt));
        }

        /** Removes the model where it was made here. */
        @TearDown
        public void remove() {
            if (random != null) {
                random.close();
            }
        }
    }

    /** The feed-forward of a layer with experts. */
    @Benchmark
    public void mixture(Mixture state, Throughput counters) {
        state.run(counters);
    }

    /** One layer or a whole model. */
    @Benchmark
    public void model(Tokens state, Throughput counters) {
        state.run(counters);
    }
}
