package org.tornadomla.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.cache.CacheStatistics;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.golden.GoldenWeights;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla attention}: one layer with random weights at work, with times, cache bytes and error. */
@Command(name = "attention", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Run one layer of attention with random weights: a prompt, then tokens one by one.",
            "Shows times, what the cache holds, and the error against the float64 reference.",
            "Status 1 when the error is too large."})
final class AttentionCommand implements Callable<Integer> {

    /** Largest error as a fraction of the largest magnitude: that of the golden cases, for sums of the same kind. */
    private static final double ALLOWED_ERROR = 1e-5;

    /**
     * The same where weights or cache keep 8 bits or more, of each number or with a scale for several: eight roundings
     * of 2^-8 in a row.
     */
    private static final double ALLOWED_ERROR_OF_8_BITS = 0.03;
    /** The same where weights keep fewer, with scales of their own: four roundings of 2^-4. */
    private static final double ALLOWED_ERROR_OF_FEW_BITS = 0.25;
    private static final Set<NumberFormat> EIGHT_BITS = Set.of(WeightFormats.F32, WeightFormats.BF16, WeightFormats.F16,
            WeightFormats.INT8, WeightFormats.Q8_0);

    private static final double NANOSECONDS = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private AttentionSizes sizes;

    @Option(names = "--prompt", paramLabel = "N", defaultValue = "128",
            description = "Tokens of the prompt (default: ${DEFAULT-VALUE}).")
    private int promptTokens;

    @Option(names = "--tokens", paramLabel = "N", defaultValue = "32",
            description = "Tokens after the prompt, one a step (default: ${DEFAULT-VALUE}).")
    private int newTokens;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Start of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--weights", paramLabel = "TYPE", defaultValue = "f32", converter = WeightFormatOption.class,
            description = "Number format of the weights on the device, as of mla generate (default: ${DEFAULT-VALUE}).")
    private NumberFormat weights;

    @Option(names = "--cache", paramLabel = "TYPE", defaultValue = "f32",
            description = "f32, bf16 or int8: " + NumberOptions.CACHE + " (default: ${DEFAULT-VALUE}).")
    private CacheType cache;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call() {
        if (promptTokens < 1 || newTokens < 1) {
            throw new ParameterException(spec.commandLine(),
                    "--prompt is " + promptTokens + " and --tokens is " + newTokens + ", both must be at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        RandomLayer layer = new RandomLayer(sizes.config(), seed);
        float[] x = layer.tokens(promptTokens + newTokens);
        try (MultiHeadLatentAttention module = MultiHeadLatentAttention.builder(layer.config())
                .weights(GoldenWeights.of(layer.weights())).weightType(weights).cacheType(cache)
                .target(engine.target(_ -> weights, cache)).cacheTokens(promptTokens + newTokens).build()) {
            out.println(describe(layer.config()));
            out.println("on " + module.target());
            float[] y = run(module, x);
            double error = layer.error(x, y, promptTokens - 1);
            double allowed = allowed();
            out.printf(Locale.ROOT,
                    "largest error  %.2e of the largest value, against the float64 reference (allowed %.0e)%n", error,
                    allowed);
            return error <= allowed ? ExitStatus.OK : ExitStatus.FAILURE;
        }
    }

    private double allowed() {
        if (weights.equals(WeightFormats.F32) && cache == CacheType.F32) {
            return ALLOWED_ERROR;
        }
        return EIGHT_BITS.contains(weights) ? ALLOWED_ERROR_OF_8_BITS : ALLOWED_ERROR_OF_FEW_BITS;
    }

    /**
     * Feeds prompt and tokens and prints times and cache.
     *
     * @param x [prompt + new tokens, hidden]
     * @return [prompt + new tokens, hidden]
     */
    private float[] run(MultiHeadLatentAttention module, float[] x) {
        PrintWriter out = spec.commandLine().getOut();
        int width = module.config().hiddenSize();
        float[] y = new float[x.length];
        double[] seconds = new double[newTokens];
        try (CachedSequence sequence = module.open()) {
            double prompt = timed(module, sequence, x, y, 0, promptTokens);
            for (int token = 0; token < newTokens; token++) {
                seconds[token] = timed(module, sequence, x, y, (promptTokens + token) * width, 1);
            }
            double first = seconds[0];
            Arrays.sort(seconds);
            out.printf(Locale.ROOT, "prompt         %d tokens in %s, compiling included%n", promptTokens,
                    Text.seconds(prompt));
            out.printf(Locale.ROOT, "from the cache %d tokens, %s each (median; the first %s)%n", newTokens,
                    Text.seconds(seconds[newTokens / 2]), Text.seconds(first));
            CacheStatistics held = module.cache().statistics();
            long plain = multiHeadBytes(module.config());
            out.printf(Locale.ROOT, "cache          %s a token, plain multi-head attention %s: %.1f times as much%n",
                    Text.bytes(held.bytesPerToken()), Text.bytes(plain), plain / (double) held.bytesPerToken());
        }
        return y;
    }

    private static double timed(MultiHeadLatentAttention module, CachedSequence sequence, float[] x, float[] y,
            int from, int tokens) {
        int length = tokens * module.config().hiddenSize();
        float[] chunk = Arrays.copyOfRange(x, from, from + length);
        long start = System.nanoTime();
        float[] result = module.append(sequence, Tokens.of(1, tokens, chunk));
        double seconds = (System.nanoTime() - start) / NANOSECONDS;
        System.arraycopy(result, 0, y, from, length);
        return seconds;
    }

    /** Bytes of a token's keys and values of all heads in float32. */
    private static long multiHeadBytes(MlaConfig config) {
        return (long) config.numHeads() * (config.qkHeadDim() + config.vHeadDim()) * Float.BYTES;
    }

    private static String describe(MlaConfig config) {
        return "one layer: " + config.hiddenSize() + " wide, " + config.numHeads() + " heads of "
                + config.qkNopeHeadDim() + " + " + config.qkRopeHeadDim() + ", values of " + config.vHeadDim()
                + ", latent " + config.kvLoraRank()
                + (config.qLoraRank() > 0
                        ? ", queries compressed to " + config.qLoraRank()
                        : ", queries not compressed");
    }
}
