package org.tornadomla.training;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.ShapeException;

/**
 * Low-rank adapters (Hu et al., 2021): beside a matrix W that stays as it is, a product B A of two narrow ones is
 * trained, and y = x (W + B A)^T. B begins with zeros, so that at first nothing is added.
 */
public final class LowRankAdapters {

    private record Adapter(Parameter a, Parameter b) {
    }

    private final int rank;
    private final SplittableRandom random;
    private final Map<Parameter, Adapter> adapters = new HashMap<>();

    /**
     * Adapters of one rank.
     *
     * @param rank rows of A, columns of B
     * @param seed of the numbers that A begins with
     */
    public LowRankAdapters(int rank, long seed) {
        if (rank < 1) {
            throw new ConfigurationException("the rank of adapters is " + rank + ", must be at least 1");
        }
        this.rank = rank;
        this.random = new SplittableRandom(seed);
    }

    /** What the adapter of a matrix adds to its result. */
    Tensor added(Tape tape, String name, Tensor x, Parameter w) {
        int out = w.rows().published();
        int in = w.tensor().columns().published();
        if (rank > Math.min(out, in)) {
            throw new ShapeException("adapters of rank " + rank + " are no smaller than " + w.name() + ", which is ["
                    + out + ", " + in + "]; the rank must be at most " + Math.min(out, in));
        }
        Places narrow = Places.plain(rank);
        Adapter adapter = new Adapter(tape.parameter(w.name() + ".adapter_a", narrow, w.tensor().columns()),
                tape.parameter(w.name() + ".adapter_b", w.rows(), narrow));
        adapter.a.set(uniform(rank * in, 1 / Math.sqrt(in)));
        adapters.put(w, adapter);
        return tape.linear(name + "_adapter_b", tape.linear(name + "_adapter_a", x, adapter.a, null), adapter.b, null);
    }

    private float[] uniform(int count, double bound) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return numbers;
    }

    /**
     * Adds B A to a matrix that has an adapter.
     *
     * @param numbers [out, in]. Modified
     */
    void merge(Parameter w, float[] numbers, TrainingPlan plan) {
        Adapter adapter = adapters.get(w);
        if (adapter == null) {
            return;
        }
        float[] a = plan.weight(adapter.a);
        float[] b = plan.weight(adapter.b);
        int in = w.tensor().columns().published();
        for (int i = 0; i < numbers.length; i++) {
            double sum = numbers[i];
            for (int r = 0; r < rank; r++) {
                sum += (double) b[i / in * rank + r] * a[r * in + i % in];
            }
            numbers[i] = (float) sum;
        }
    }
}
