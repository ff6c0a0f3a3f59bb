package org.tornadomla.benchmarks;

import ai.djl.ndarray.NDList;
import java.util.function.ToDoubleFunction;

/** A function of PyTorch with its arguments. */
final class PeerWorkload implements Workload {

    private final PeerModule module;
    private final NDList arguments;
    private final Cost cost;
    private final ToDoubleFunction<float[]> error;

    /**
     * A call that can be repeated.
     *
     * @param error error of the function's result, as {@link Workload#error()}
     */
    PeerWorkload(PeerModule module, NDList arguments, Cost cost, ToDoubleFunction<float[]> error) {
        this.module = module;
        this.arguments = arguments;
        this.cost = cost;
        this.error = error;
    }

    /** PyTorch's linear layer. */
    static Workload linear(MatMulData data) {
        PeerModule module = new PeerModule("linear");
        NDList arguments = new NDList(module.tensor(data.x(), data.rows(), data.inner()),
                module.tensor(data.w(), data.columns(), data.inner()));
        return new PeerWorkload(module, arguments, data.cost(), y -> Answers.error(y, 0, data.expected()));
    }

    @Override
    public Cost cost() {
        return cost;
    }

    @Override
    public void run() {
        module.call(arguments).close();
    }

    @Override
    public double error() {
        try (NDList result = module.call(arguments)) {
            return error.applyAsDouble(result.singletonOrThrow().toFloatArray());
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
