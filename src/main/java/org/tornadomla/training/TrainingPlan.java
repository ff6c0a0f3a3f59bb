package org.tornadomla.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a tape recorded, on a device: graphs that compute the results, then the gradients, then move the weights. Used
 * by one thread at a time.
 */
public final class TrainingPlan implements AutoCloseable {

    private final Map<String, Parameter> parameters;
    private final CyclePlan plan;
    /** Graphs of the results, of the gradients, and of an optimiser's step where there is one. */
    private final List<Integer> graphs;
    private final TrainingFamily family;
    private final @Nullable Updates updates;
    private final List<Operation> operations;
    private boolean forwardRan;
    private boolean backwardRan;

    TrainingPlan(CyclePlan plan, List<Integer> graphs, TrainingFamily family, List<Operation> operations,
            Map<String, Parameter> parameters, @Nullable Updates updates) {
        this.graphs = graphs;
        this.operations = operations;
        this.plan = plan;
        this.family = family;
        this.parameters = parameters;
        this.updates = updates;
    }

    /** What runs, step by step. */
    public String listing() {
        return plan.listing();
    }

    private void download(Numbers numbers) {
        plan.download(family.form(numbers));
    }

    /** Gives rows to an input, or the gradient of a result; they are sent before the next execution. */
    public void set(Tensor input, int row, float[] numbers) {
        put(input, input.values(), row, numbers);
    }

    /** Gives rows of the gradient of a result. */
    public void setGradient(Tensor result, int row, float[] numbers) {
        put(result, result.gradient(), row, numbers);
    }

    private static void put(Tensor tensor, Numbers array, int row, float[] numbers) {
        int width = tensor.columns().published();
        for (int i = 0; i < numbers.length; i++) {
            array.floats().set((row + i / width) * tensor.stride() * Padding.LANES + tensor.columns().of(i % width),
                    numbers[i]);
        }
    }

    /**
     * Computes the results.
     *
     * @throws org.tornadomla.error.ShapeException when a whole number that the host gave is out of range
     */
    public void forward() {
        operations.forEach(Operation::check);
        plan.run(new int[graphs.getFirst()]);
        forwardRan = true;
        backwardRan = false;
    }

    private void proceed(int phase) {
        int first = graphs.stream().limit(phase).mapToInt(Integer::intValue).sum();
        for (int i = 0; i < graphs.get(phase); i++) {
            plan.proceed(first + i);
        }
    }

    /**
     * Computes the gradients of the results that {@link #forward} computed.
     *
     * @throws ConfigurationException when nothing was computed since the last call
     */
    public void backward() {
        if (!forwardRan) {
            throw new ConfigurationException("gradients are of results: call forward before each backward");
        }
        forwardRan = false;
        proceed(1);
        backwardRan = true;
    }

    /**
     * Moves the weights by the gradients that {@link #backward} computed.
     *
     * @param rate the schedule's rate
     * @throws ConfigurationException when the plan has no optimiser, or nothing was computed since the last call
     */
    public void step(double rate) {
        Updates own = optimiser();
        if (!backwardRan) {
            throw new ConfigurationException("a step follows gradients: call backward before each step");
        }
        backwardRan = false;
        own.prepare(rate);
        proceed(2);
    }

    /** The length of all gradients together before the last step clipped them. */
    public double gradientLength() {
        FloatArray clip = optimiser().clip();
        plan.download(clip);
        return clip.get(1);
    }

    /** The sum of the losses of rows that count. */
    public double loss(CrossEntropyLoss loss) {
        plan.download(loss.losses());
        double sum = 0;
        for (int row = 0; row < loss.losses().getSize(); row++) {
            sum += loss.losses().get(row);
        }
        return sum;
    }

    /** Numbers of rows of a result. */
    public float[] read(Tensor result, int row, int rows) {
        download(result.values());
        return rows(result, result.values(), row, rows);
    }

    /** Whole numbers that an operation left. */
    public int[] integers(IntArray array) {
        plan.download(array);
        return array.toHeapArray();
    }

    /** Gradient of rows of an input. */
    public float[] gradient(Tensor input, int row, int rows) {
        download(input.gradient());
        return rows(input, input.gradient(), row, rows);
    }

    private static float[] rows(Tensor tensor, Numbers array, int row, int rows) {
        int width = tensor.columns().published();
        float[] numbers = new float[rows * width];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.floats()
                    .get((row + i / width) * tensor.stride() * Padding.LANES + tensor.columns().of(i % width));
        }
        return numbers;
    }

    /** The weights by their names. */
    public Map<String, Parameter> parameters() {
        return Map.copyOf(parameters);
    }

    /** A weight as it is now, [rows, columns]. */
    public float[] weight(Parameter parameter) {
        if (parameter.tensor().wantsGradient()) {
            download(parameter.tensor().values());
        }
        return parameter.read(parameter.tensor().values());
    }

    /** The gradient of a weight, [rows, columns]. */
    public float[] gradient(Parameter parameter) {
        download(parameter.tensor().gradient());
        return parameter.read(parameter.tensor().gradient());
    }

    /** Replaces weights, each [rows, columns]; the others stay as they are. */
    public void setWeights(Map<Parameter, float[]> numbers) {
        // What goes up once has gone up: after this all weights are taken from the host.
        parameters.values().forEach(known -> download(known.tensor().values()));
        if (updates != null) {
            updates.states().values().forEach(this::download);
        }
        numbers.forEach(Parameter::set);
        plan.freeDeviceMemory();
        forwardRan = false;
        backwardRan = false;
    }

    /**
     * What a training goes on from.
     *
     * @throws ConfigurationException when the plan has no optimiser
     */
    public PlanState state() {
        Updates own = optimiser();
        Map<String, float[]> numbers = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> numbers.put(name, weight(parameter)));
        own.states().forEach((name, array) -> {
            download(array);
            numbers.put(name, owner(name).read(array));
        });
        return new PlanState(own.number(), numbers);
    }

    private Updates optimiser() {
        if (updates == null) {
            throw new ConfigurationException("the plan has no optimiser: give one when it is made");
        }
        return updates;
    }

    /** The weight that an optimiser keeps something of. */
    private Parameter owner(String name) {
        return Objects.requireNonNull(parameters.get(name.substring(0, name.lastIndexOf('.'))), name);
    }

    /**
     * Goes on from what was kept of a plan of the same tape.
     *
     * @throws ConfigurationException when the plan has no optimiser, or the state is of another tape
     */
    public void restore(PlanState state) {
        Updates own = optimiser();
        Set<String> known = new TreeSet<>(parameters.keySet());
        known.addAll(own.states().keySet());
        if (!known.equals(state.numbers().keySet())) {
            throw new ConfigurationException("the state has " + state.numbers().size() + " arrays, the plan has "
                    + known.size() + ", or under other names: it was kept of another tape");
        }
        Map<Parameter, float[]> weights = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> weights.put(parameter, numbers(state, name)));
        // It brings all arrays of the device to the host and drops them there, so that those of the host go up again.
        setWeights(weights);
        own.states().forEach((name, array) -> owner(name).write(array, numbers(state, name)));
        own.restart(state.steps());
    }

    private static float[] numbers(PlanState state, String name) {
        return Objects.requireNonNull(state.numbers().get(name), name);
    }

    @Override
    public void close() {
        plan.close();
    }
}
