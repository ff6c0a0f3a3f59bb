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
import org.tornadomla.backend.Target;

/** JMH: single kernels. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class KernelBenchmark {

    private static final int WIDTH = 2048;
    private static final int HEAD = 64;

    /** A matrix product, the peer's when the engine is pytorch. */
    @State(Scope.Benchmark)
    public static class Product extends WorkloadState {
        /** Engine, or pytorch. */
        @Param({"opencl", "jvm", PEER})
        public String engine;
        /** Which of its devices. */
        @Param(FIRST)
        public String device;
        /** Rows of x. */
        @Param({"1", "8", "128"})
        public int rows;
        /** Columns of x and of y. */
        @Param("2048")
        public int width;

        /** Builds and checks. */
        @Setup
        public void open() {
            MatMulData data = MatMulData.of(rows, width, width);
            use(engine.equals(PEER) ? PeerWorkload.linear(data) : new MatMulWorkload(data, target(engine, device)));
        }
    }

    /** A kernel that mostly moves bytes. */
    @State(Scope.Benchmark)
    public static class Rows extends WorkloadState {
        /** Engine. */
        @Param({"opencl", "jvm"})
        public String engine;
        /** Which of its devices. */
        @Param(FIRST)
        public String device;
        /** The kernel. */
        @Param({"rms_norm", "rotary", "softmax"})
        public String kernel;
        /** Rows of 2048 numbers. */
        @Param({"1", "512"})
        public int rows;

        /** Builds and checks. */
        @Setup
        public void open() {
            Target target = target(engine, device);
            use(switch (kernel) {
                case "rms_norm" -> new RmsNormWorkload(rows, WIDTH, target);
                case "rotary" -> new RotaryWorkload(rows, WIDTH / HEAD, HEAD, target);
                case "softmax" -> new SoftmaxWorkload(rows, WIDTH, target);
                default ->
                    throw new IllegalArgumentException("kernel is " + kernel + ", must be rms_norm, rotary or softmax");
            });
        }
    }

    /** y = x W^T. */
    @Benchmark
    public void product(Product state, Throughput counters) {
        state.run(counters);
    }

    /** Norm, rotary embedding or softmax. */
    @Benchmark
    public void rows(Rows state, Throughput counters) {
        state.run(counters);
    }
}
