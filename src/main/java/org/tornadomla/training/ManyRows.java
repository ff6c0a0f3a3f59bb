package org.tornadomla.training;

import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.GroupCrossEntropy;
import org.tornadomla.kernels.training.GroupLayerNorm;
import org.tornadomla.kernels.training.GroupRelu;
import org.tornadomla.kernels.training.GroupRmsNorm;
import org.tornadomla.kernels.training.GroupSums;
import org.tornadomla.kernels.training.GroupSwiGlu;
import org.tornadomla.kernels.training.GroupTable;
import org.tornadomla.kernels.training.GroupTurn;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link RowSteps} for many cores: a group takes a row, or a work-item single numbers. */
record ManyRows(Workspace work, ManyGrids grids) implements RowSteps {

    private static FloatArray values(Tensor x) {
        return x.values().floats();
    }

    private static FloatArray gradient(Tensor x) {
        return x.gradient().floats();
    }

    @Override
    public void sum(StepList steps, Add op) {
        Numbers y = op.y().values();
        steps.add(op.y().name(), grids.numbers(y), GroupSums::both, new KernelContext(), values(op.a()), values(op.b()),
                work.sizes(), work.size(y.rows()), y.width(), y.floats());
    }

    @Override
    public void add(StepList steps, String name, Numbers x, int accumulate, Numbers to) {
        steps.add(name, grids.numbers(x), GroupSums::add, new KernelContext(), x.floats(), work.sizes(),
                work.size(x.rows()), x.width(), accumulate, to.floats());
    }

    @Override
    public void relu(StepList steps, Relu op) {
        Numbers y = op.y().values();
        steps.add(op.y().name(), grids.numbers(y), GroupRelu::forward, new KernelContext(), values(op.x()),
                work.sizes(), work.size(y.rows()), y.width(), y.floats());
    }

    @Override
    public void reluInput(StepList steps, Relu op, int accumulate) {
        Numbers y = op.y().values();
        steps.add("d_" + op.y().name(), grids.numbers(y), GroupRelu::input, new KernelContext(), values(op.x()),
                gradient(op.y()), work.sizes(), work.size(y.rows()), y.width(), accumulate, gradient(op.x()));
    }

    @Override
    public void swiGlu(StepList steps, SwiGlu op) {
        Numbers y = op.y().values();
        steps.add(op.y().name(), grids.numbers(y), GroupSwiGlu::forward, new KernelContext(), values(op.gate()),
                values(op.up()), work.sizes(), work.size(y.rows()), y.width(), y.floats());
    }

    @Override
    public void swiGluInputs(StepList steps, SwiGlu op, int addGate, int addUp) {
        Numbers y = op.y().values();
        steps.add("d_" + op.y().name(), grids.numbers(y), GroupSwiGlu::inputs, new KernelContext(), values(op.gate()),
                values(op.up()), gradient(op.y()), work.sizes(), work.size(y.rows()), y.width(), addGate, addUp,
                work.gradient(op.gate()).floats(), work.gradient(op.up()).floats());
    }

    @Override
    public void rmsNorm(StepList steps, RmsNorm op) {
        Numbers x = op.x().values();
        steps.add(op.y().name(), grids.rows(x.rows()), GroupRmsNorm::forward, new KernelContext(), x.floats(),
                values(op.weight()), work.sizes(), work.size(x.rows()), op.width(), x.width(), op.eps(), op.factor(),
                op.scales(), values(op.y()));
    }

    @Override
    public void rmsNormInput(StepList steps, RmsNorm op, int accumulate) {
        Numbers x = op.x().values();
        steps.add("d_" + op.y().name() + "_dx", grids.rows(x.rows()), GroupRmsNorm::input, new KernelContext(),
                x.floats(), values(op.weight()), op.scales(), gradient(op.y()), work.sizes(), work.size(x.rows()),
                op.width(), x.width(), op.factor(), accumulate, gradient(op.x()));
    }

    @Override
    public void rmsNormWeight(StepList steps, RmsNorm op, int accumulate) {
        Numbers x = op.x().values();
        steps.add("d_" + op.y().name() + "_w", grids.columns(op.x()), GroupRmsNorm::weight, new KernelContext(),
                x.floats(), op.scales(), gradient(op.y()), work.sizes(), work.size(x.rows()), grids.width(op.x()),
                x.width(), op.factor(), accumulate, gradient(op.weight()));
    }

    @Override
    public void layerNorm(StepList steps, LayerNorm op) {
        Numbers x = op.x().values();
        steps.add(op.y().name(), grids.rows(x.rows()), GroupLayerNorm::forward, new KernelContext(), x.floats(),
                values(op.weight()), values(op.bias()), work.sizes(), work.size(x.rows()), op.width(), x.width(),
                op.eps(), op.kept(), values(op.y()));
    }

    @Override
    public void layerNormInput(StepList steps, LayerNorm op, int accumulate) {
        Numbers x = op.x().values();
        steps.add("d_" + op.y().name() + "_dx", grids.rows(x.rows()), GroupLayerNorm::input, new KernelContext(),
                x.floats(), values(op.weight()), op.kept(), gradient(op.y()), work.sizes(), work.size(x.rows()),
                op.width(), x.width(), accumulate, gradient(op.x()));
    }

    @Override
    public void layerNormWeight(StepList steps, LayerNorm op, int accumulate) {
        Numbers x = op.x().values();
        steps.add("d_" + op.y().name() + "_w", grids.columns(op.x()), GroupLayerNorm::weight, new KernelContext(),
                x.floats(), op.kept(), gradient(op.y()), work.sizes(), work.size(x.rows()), grids.width(op.x()),
                x.width(), accumulate, gradient(op.weight()));
    }

    @Override
    public void turn(StepList steps, String name, Rotary op, float direction, Numbers rows) {
        RotaryTables tables = op.tables();
        steps.add(name, grids.numbers((long) rows.rows() * op.heads() * (tables.dimension() / 2)), GroupTurn::turn,
                new KernelContext(), tables.cosines(), tables.sines(), tables.positions(), work.sizes(),
                work.size(rows.rows()), op.heads(), grids.floats(op.headVectors()), grids.floats(op.ropeAt()),
                tables.dimension(), rows.width(), direction, rows.floats());
    }

    @Override
    public void embedding(StepList steps, Embedding op) {
        Numbers y = op.y().values();
        steps.add(op.y().name(), grids.numbers(y), GroupTable::forward, new KernelContext(),
                values(op.table().tensor()), op.ids(), work.sizes(), work.size(y.rows()), y.width(), op.factor(),
                y.floats());
    }

    @Override
    public void embeddingTable(StepList steps, Embedding op, int accumulate) {
        Numbers y = op.y().values();
        int entries = op.table().rows().published();
        steps.add("d_" + op.y().name(), grids.rows(entries), GroupTable::entries, new KernelContext(), op.ids(),
                gradient(op.y()), work.sizes(), work.size(y.rows()), work.size(entries), y.width(), op.factor(),
                accumulate, gradient(op.table().tensor()));
    }

    @Override
    public void crossEntropy(StepList steps, CrossEntropyLoss op) {
        Numbers logits = op.logits().values();
        steps.add("loss_" + op.logits().name(), grids.rows(logits.rows()), GroupCrossEntropy::rows, new KernelContext(),
                logits.floats(), op.targets(), op.weights(), work.sizes(), work.size(logits.rows()),
                op.logits().columns().published(), logits.width(), op.losses(), gradient(op.logits()));
    }
}
