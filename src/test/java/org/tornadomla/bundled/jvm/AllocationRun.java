package org.tornadomla.bundled.jvm;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Targets;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;

/**
 * A program that runs steps of attention on one thread until they allocate less than a limit, and prints how many bytes
 * the last one allocated. Arguments: tokens of a step, tokens in the cache before it, the limit in bytes, the steps
 * after which it gives up.
 */
final class AllocationRun {

    private static final int HIDDEN = 256;

    private AllocationRun() {
    }

    public static void main(String[] arguments) {
        int tokens = Integer.parseInt(arguments[0]);
        int cached = Integer.parseInt(arguments[1]);
        long limit = Long.parseLong(arguments[2]);
        int steps = Integer.parseInt(arguments[3]);
        MlaConfig config = MlaConfig.builder().hiddenSize(HIDDEN).numHeads(16).qLoraRank(0).kvLoraRank(64)
                .qkNopeHeadDim(32).qkRopeHeadDim(32).vHeadDim(32).queryNorm(false).build();
        try (MultiHeadLatentAttention attention = MultiHeadLatentAttention.builder(config).seed(1)
                .target(Targets.choose("jvm", null).withoutSelfTest()).cacheTokens(1024).build();
                CachedSequence sequence = attention.open()) {
            if (cached > 0) {
                attention.append(sequence, tokens(cached));
            }
            Tokens step = tokens(tokens);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long allocated = limit;
            for (int done = 0; done < steps && allocated >= limit; done++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                attention.append(sequence, step);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
                attention.cache().truncate(sequence, cached);
            }
            System.out.println(allocated);
        }
    }

    private static Tokens tokens(int count) {
        float[] values = new float[count * HIDDEN];
        Random random = new Random(count);
        for (int index = 0; index < values.length; index++) {
            values[index] = random.nextFloat() - 0.5f;
        }
        return Tokens.of(1, count, values);
    }
}
