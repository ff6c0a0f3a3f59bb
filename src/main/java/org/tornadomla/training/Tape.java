package org.tornadomla.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tornadomla.backend.Target;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.GraphParts;
import org.tornadomla.graph.GraphSpec;
import org.tornadomla.graph.Stage;
import org.tornadomla.graph.Step;
import org.tornadomla.graph.StepList;
import org.tornadomla.tensor.Padding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Records operations on tensors, and makes a plan of them that computes results and gradients. All sizes are fixed when
 * it is recorded; what differs from one execution to the next is what inputs hold. Every tensor and operation has a
 * name of its own.
 */
public final class Tape {

    private final Buffers buffers = new Buffers();
    private final Workspace work = new Workspace(buffers);
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private boolean finished;

    /**
     * Rows that the host gives before every execution.
     *
     * @param rows    rows; they are padded to a multiple of 16
     * @param columns where the numbers of a row stand
     * @param wanted  whether the host wants the gradient
     */
    public Tensor input(String name, int rows, Places columns, boolean wanted) {
        return tensor(name, Padding.toVectors(rows), columns, Tensor.Use.INPUT, wanted);
    }

    /**
     * Whole numbers that the host gives before every execution, zeros at first; their number is padded to a multiple of
     * 16.
     */
    public IntArray integers(String name, int count) {
        return buffers.add(name, Role.INPUT, new IntArray(Padding.toVectors(count)));
    }

    /**
     * A weight, zeros at first.
     *
     * @param rows    where the numbers of a column stand: [out] of a matrix [out, in]
     * @param columns where the numbers of a row stand
     */
    public Parameter parameter(String name, Places rows, Places columns) {
        int padded = rows.stride() * Padding.LANES;
        Parameter parameter = new Parameter(rows, tensor(name, padded, columns, Tensor.Use.PARAMETER, true), true);
        parameters.put(name, parameter);
        return parameter;
    }

    /** A weight of one row, such as a bias or the weight of a norm. */
    public Parameter vector(String name, Places columns) {
        Parameter parameter = new Parameter(Places.plain(1), tensor(name, 1, columns, Tensor.Use.PARAMETER, true),
                false);
        parameters.put(name, parameter);
        return parameter;
    }

    /**
     * A matrix that is not trained, zeros at first; the device keeps nothing for its gradient.
     *
     * @param rows    where the numbers of a column stand
     * @param columns where the numbers of a row stand
     */
    public Parameter frozen(String name, Places rows, Places columns) {
        int padded = rows.stride() * Padding.LANES;
        return new Parameter(rows, tensor(name, padded, columns, Tensor.Use.FROZEN, false), true);
    }

    /** A weight of one row that is not trained. */
    public Parameter frozenVector(String name, Places columns) {
        return new Parameter(Places.plain(1), tensor(name, 1, columns, Tensor.Use.FROZEN, false), false);
    }

    /**
     * Positions that rows are turned by, given before every execution.
     *
     * @param dimension floats that turn, even
     * @param positions positions that the tables cover
     * @param rows      rows of the tensors that are turned
     */
    public RotaryTables rotaryTables(String name, RopeConfig rope, int dimension, int positions, int rows) {
        return new RotaryTables(dimension, table(name + "_cosines", rope.cosines(dimension, positions)),
                table(name + "_sines", rope.sines(dimension, positions)), integers(name + "_positions", rows));
    }

    private FloatArray table(String name, double[] values) {
        FloatArray table = new FloatArray(values.length);
        for (int i = 0; i < values.length; i++) {
            table.set(i, (float) values[i]);
        }
        return buffers.add(name, Role.WEIGHT, table);
    }

    /**
     * y = x W^T + b.
     *
     * @param x    [rows, in]
     * @param w    [out, in]
     * @param bias [out], or null
     * @return [rows, out]
     */
    public Tensor linear(String name, Tensor x, Parameter w, @Nullable Parameter bias) {
        Shapes.requireColumns(name, x, w.tensor());
        if (bias != null) {
            Shapes.requireRow(name, bias, w.rows());
        }
        x.read();
        Tensor y = value(name, x.rows(), w.rows());
        reserve(x, y);
        operations.add(new Linear(x, w.tensor(), bias == null ? null : bias.tensor(), y));
        return y;
    }

    /** The root-mean-square norm of rows, times a factor. */
    public Tensor rmsNorm(String name, Tensor x, Parameter weight, double eps, double factor) {
        Shapes.requireRow(name, weight, x.columns());
        x.read();
        Tensor y = value(name, x.rows(), x.columns());
        operations
                .add(new RmsNorm(x, weight.tensor(), y, (float) eps, (float) factor, kept(name + "_scales", x.rows())));
        return y;
    }

    /**
     * Turns a part of every head in place.
     *
     * @param heads       heads of a row
     * @param headVectors vectors between heads
     * @param ropeAt      vectors of a head before the part that turns
     */
    public void rotary(Tensor x, RotaryTables tables, int heads, int headVectors, int ropeAt) {
        Shapes.requireTurned(x, tables, heads, headVectors, ropeAt);
        x.requireUnread();
        operations.add(new Rotary(x, tables, heads, headVectors, ropeAt));
    }

    /**
     * Attention.
     *
     * @param q     [queries, heads (content + rope)]
     * @param kv    [keys, heads (content + value)]
     * @param kr    [keys, rope], or null without a rotary part
     * @param spans [queries, 2], first key row that a query sees and one past the last
     * @return [queries, heads value]
     */
    public Tensor attention(String name, AttentionHeads shape, Tensor q, Tensor kv, @Nullable Tensor kr,
            IntArray spans) {
        Shapes.requireAttention(name, shape, q, kv, kr, spans);
        q.read();
        kv.read();
        if (kr != null) {
            kr.read();
        }
        Tensor o = value(name, q.rows(), shape.values());
        operations.add(Attention.of(work, shape, q, kv, kr, spans, o));
        return o;
    }

    private FloatArray kept(String name, int floats) {
        return buffers.add(name, Role.SCRATCH, new FloatArray(floats));
    }

    /** Room for both sides of the three products of a linear layer. */
    private void reserve(Tensor x, Tensor y) {
        int in = x.stride() * Padding.LANES;
        int out = y.stride() * Padding.LANES;
        work.reserve((long) Math.max(in, out) * x.rows(), (long) in * Math.max(out, x.rows()));
    }

    private Tensor value(String name, int rows, Places columns) {
        return tensor(name, rows, columns, Tensor.Use.VALUE, true);
    }

    /** @param rows 1 for a vector, else a multiple of 16, which kernels take at a time */
    private Tensor tensor(String name, int rows, Places columns, Tensor.Use use, boolean wanted) {
        Tensor tensor = new Tensor(name, rows, columns, use, wanted);
        tensors.add(tensor);
        return tensor;
    }

    /** Makes a tensor a result: the host reads it, and gives its gradient. */
    public void result(Tensor x) {
        x.become(Tensor.Use.RESULT);
    }

    /**
     * Rows of a table by their numbers.
     *
     * @param table  [entries, width]
     * @param ids    [rows], an entry each
     * @param factor on every number
     * @return [rows, width]
     */
    public Tensor embedding(String name, Parameter table, IntArray ids, double factor) {
        Shapes.requireRows(name, ids);
        Tensor y = value(name, ids.getSize(), table.tensor().columns());
        operations.add(new Embedding(table, ids, y, (float) factor));
        return y;
    }

    /** The layer norm of rows. */
    public Tensor layerNorm(String name, Tensor x, Parameter weight, Parameter bias, double eps) {
        Shapes.requireRow(name, weight, x.columns());
        Shapes.requireRow(name, bias, x.columns());
        x.read();
        Tensor y = value(name, x.rows(), x.columns());
        operations.add(
                new LayerNorm(x, weight.tensor(), bias.tensor(), y, (float) eps, kept(name + "_kept", 2 * x.rows())));
        return y;
    }

    /** The sum of two tensors of one shape. */
    public Tensor add(String name, Tensor a, Tensor b) {
        Shapes.requireSame(name, a, b);
        a.read();
        b.read();
        Tensor y = value(name, a.rows(), a.columns());
        operations.add(new Add(a, b, y));
        return y;
    }

    /** y = max(x, 0). */
    public Tensor relu(String name, Tensor x) {
        x.read();
        Tensor y = value(name, x.rows(), x.columns());
        operations.add(new Relu(x, y));
        return y;
    }

    /** y = silu(gate) up, of two tensors of one shape. */
    public Tensor swiGlu(String name, Tensor gate, Tensor up) {
        Shapes.requireSame(name, gate, up);
        gate.read();
        up.read();
        Tensor y = value(name, gate.rows(), gate.columns());
        operations.add(new SwiGlu(gate, up, y));
        return y;
    }

    /**
     * A mixture of experts on a tape.
     *
     * @param mixture what the host says and reads of it
     * @param scores  [rows, experts]
     * @param y       [rows, hidden], the weighted sum of the routed experts' results
     */
    public record Mixed(Mixture mixture, Tensor scores, Tensor y) {
    }

    /**
     * Routed experts.
     *
     * @param x        [rows, hidden]
     * @param logits   [rows, experts], of nothing else
     * @param matrices gate and up [experts, inner, hidden], down [experts, hidden, inner]; each expert's outputs in
     *                     column blocks of their own, see {@link Places#blocks}
     */
    public Mixed mixture(String name, Tensor x, Tensor logits, MixtureShape shape, List<Parameter> matrices) {
        Shapes.requireMixture(name, x, logits, shape, matrices);
        x.read();
        logits.read();
        Tensor y = value(name, x.rows(), x.columns());
        Tensor scores = tensor(name + "_scores", x.rows(), logits.columns(), Tensor.Use.READ, false);
        Mixture mixture = new Mixture(work, shape, x, logits, matrices.stream().map(Parameter::tensor).toList(), scores,
                y);
        operations.add(mixture);
        return new Mixed(mixture, scores, y);
    }

    /** Softmax with cross-entropy over the columns of logits, which the host can read too. */
    public CrossEntropyLoss crossEntropy(String name, Tensor logits) {
        logits.become(Tensor.Use.READ);
        CrossEntropyLoss loss = new CrossEntropyLoss(name, work, logits);
        operations.add(loss);
        return loss;
    }

    /**
     * The plan of what was recorded, for gradients alone; the tape is finished.
     *
     * @throws org.tornadomla.error.DeviceException when the device refuses a graph
     */
    public TrainingPlan plan(Target target) {
        return plan(target, null);
    }

    /**
     * The plan of what was recorded; the tape is finished.
     *
     * @param optimizer moves the weights; null for gradients alone
     * @throws org.tornadomla.error.DeviceException when the device refuses a graph
     */
    public TrainingPlan plan(Target target, @Nullable Optimizer optimizer) {
        Recorded recorded = record(target, optimizer);
        CyclePlan plan = new CyclePlan(recorded.graphs().stream().map(Stage::of).toList(), buffers, target);
        return new TrainingPlan(plan, recorded.phases().stream().map(List::size).toList(), recorded.family(),
                List.copyOf(operations), parameters, recorded.updates());
    }

    /**
     * What a family makes of a tape.
     *
     * @param family  the family
     * @param phases  results, gradients, and the steps of an optimiser where there is one, each in graphs that run one
     *                    after the other
     * @param buffers what they work on
     * @param updates moves the weights, or null
     */
    record Recorded(TrainingFamily family, List<List<GraphSpec>> phases, Buffers buffers, @Nullable Updates updates) {

        /** The graphs of all phases. */
        List<GraphSpec> graphs() {
            return phases.stream().flatMap(List::stream).toList();
        }
    }

    /** Has the family of a device make the steps of what was recorded; the tape is finished. */
    Recorded record(Target target, @Nullable Optimizer optimizer) {
        if (finished) {
            throw new ConfigurationException("the tape has made its plan already; record a new one");
        }
        finished = true;
        TrainingFamily family = TrainingFamily.of(target, work);
        StepList forward = family.steps();
        operations.forEach(operation -> operation.forward(family, forward));
        StepList backward = family.steps();
        operations.reversed().forEach(operation -> operation.backward(family, backward));
        tensors.forEach(Tensor::requireGradient);
        tensors.forEach(tensor -> tensor.register(work));
        @Nullable
        Updates updates = optimizer == null ? null : new Updates(optimizer, work, parameters.values());
        List<Step> step = updates == null ? List.of() : updates.steps(family);
        work.register(family);
        List<List<GraphSpec>> phases = new ArrayList<>();
        phases.add(GraphParts.of("forward", forward.steps(), buffers.size()));
        phases.add(GraphParts.of("backward", backward.steps(), buffers.size()));
        if (updates != null) {
            phases.add(GraphParts.of("step", step, buffers.size()));
        }
        return new Recorded(family, phases, buffers, updates);
    }
}
