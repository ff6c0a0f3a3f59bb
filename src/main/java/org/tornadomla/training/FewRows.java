package org.tornadomla.training;

import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.training.CrossEntropy;
import org.tornadomla.kernels.training.EmbeddingRows;
import org.tornadomla.kernels.training.LayerNormRows;
import org.tornadomla.kernels.training.ReluRows;
import org.tornadomla.kernels.training.RmsNormRows;
import org.tornadomla.kernels.training.RotaryRows;
import org.tornadomla.kernels.training.RowSums;
import org.tornadomla.kernels.training.SwiGluRows;

/** {@link RowSteps} for few cores: loops over rows. */
record FewRows(Workspace work) implements RowSteps {

    @Override
    public void sum(StepList steps, Add op) {
        Tensor y = op.y();
        steps.add(y.name(), Grid.loop(y.rows()), RowSums::both, op.a().values().vectors(), op.b().values().vectors(),
                work.sizes(), work.size(y.rows()), y.stride(), y.values().vectors());
    }

    @Override
    public void add(StepList steps, String name, Numbers x, int accumulate, Numbers to) {
        steps.add(name, Grid.loop(x.rows()), RowSums::add, x.vectors(), work.sizes(), work.size(x.rows()), x.stride(),
                accumulate, to.vectors());
    }

    @Override
    public void relu(StepList steps, Relu op) {
        Tensor y = op.y();
        steps.add(y.name(), Grid.loop(y.rows()), ReluRows::forward, op.x().values().vectors(), work.sizes(),
                work.size(y.rows()), y.stride(), y.values().vectors());
    }

    @Override
    public void reluInput(StepList steps, Relu op, int accumulate) {
        Tensor y = op.y();
        steps.add("d_" + y.name(), Grid.loop(y.rows()), ReluRows::input, op.x().values().vectors(),
                y.gradient().vectors(), work.sizes(), work.size(y.rows()), y.stride(), accumulate,
                op.x().gradient().vectors());
    }

    @Override
    public void swiGlu(StepList steps, SwiGlu op) {
        Tensor y = op.y();
        steps.add(y.name(), Grid.loop(y.rows()), SwiGluRows::forward, op.gate().values().vectors(),
                op.up().values().vectors(), work.sizes(), work.size(y.rows()), y.stride(), y.values().vectors());
    }

    @Override
    public void swiGluInputs(StepList steps, SwiGlu op, int addGate, int addUp) {
        Tensor y = op.y();
        steps.add("d_" + y.name(), Grid.loop(y.rows()), SwiGluRows::inputs, op.gate().values().vectors(),
                op.up().values().vectors(), y.gradient().vectors(), work.sizes(), work.size(y.rows()), y.stride(),
                addGate, addUp, work.gradient(op.gate()).vectors(), work.gradient(op.up()).vectors());
    }

    @Override
    public void rmsNorm(StepList steps, RmsNorm op) {
        Tensor x = op.x();
        steps.add(op.y().name(), Grid.loop(x.rows()), RmsNormRows::forward, x.values().vectors(),
                op.weight().values().vectors(), work.sizes(), work.size(x.rows()), op.width(), x.stride(), op.eps(),
                op.factor(), op.scales(), op.y().values().vectors());
    }

    @Override
    public void rmsNormInput(StepList steps, RmsNorm op, int accumulate) {
        Tensor x = op.x();
        steps.add("d_" + op.y().name() + "_dx", Grid.loop(x.rows()), RmsNormRows::input, x.values().vectors(),
                op.weight().values().vectors(), op.scales(), op.y().gradient().vectors(), work.sizes(),
                work.size(x.rows()), op.width(), x.stride(), op.factor(), accumulate, x.gradient().vectors());
    }

    @Override
    public void rmsNormWeight(StepList steps, RmsNorm op, int accumulate) {
        Tensor x = op.x();
        steps.add("d_" + op.y().name() + "_w", Grid.loop(x.vectors()), RmsNormRows::weight, x.values().vectors(),
                op.scales(), op.y().gradient().vectors(), work.sizes(), work.size(x.rows()), work.size(x.vectors()),
                x.stride(), op.factor(), accumulate, op.weight().gradient().vectors());
    }

    @Override
    public void layerNorm(StepList steps, LayerNorm op) {
        Tensor x = op.x();
        steps.add(op.y().name(), Grid.loop(x.rows()), LayerNormRows::forward, x.values().vectors(),
                op.weight().values().vectors(), op.bias().values().vectors(), work.sizes(), work.size(x.rows()),
                op.width(), x.stride(), op.eps(), op.kept(), op.y().values().vectors());
    }

    @Override
    public void layerNormInput(StepList steps, LayerNorm op, int accumulate) {
        Tensor x = op.x();
        steps.add("d_" + op.y().name() + "_dx", Grid.loop(x.rows()), LayerNormRows::input, x.values().vectors(),
                op.weight().values().vectors(), op.kept(), op.y().gradient().vectors(), work.sizes(),
                work.size(x.rows()), op.width(), x.stride(), accumulate, x.gradient().vectors());
    }

    @Override
    public void layerNormWeight(StepList steps, LayerNorm op, int accumulate) {
        Tensor x = op.x();
        steps.add("d_" + op.y().name() + "_w", Grid.loop(x.vectors()), LayerNormRows::weight, x.values().vectors(),
                op.kept(), op.y().gradient().vectors(), work.sizes(), work.size(x.rows()), work.size(x.vectors()),
                x.stride(), accumulate, op.weight().gradient().vectors());
    }

    @Override
    public void turn(StepList steps, String name, Rotary op, float direction, Numbers rows) {
        RotaryTables tables = op.tables();
        steps.add(name, Grid.loop(rows.rows()), RotaryRows::turn, tables.cosines(), tables.sines(), tables.positions(),
                work.sizes(), work.size(rows.rows()), op.heads(), op.headVectors(), op.ropeAt(), tables.dimension(),
                rows.stride(), direction, rows.vectors());
    }

    @Override
    public void embedding(StepList steps, Embedding op) {
        Tensor y = op.y();
        steps.add(y.name(), Grid.loop(y.rows()), EmbeddingRows::forward, op.table().tensor().values().vectors(),
                op.ids(), work.sizes(), work.size(y.rows()), y.stride(), op.factor(), y.values().vectors());
    }

    @Override
    public void embeddingTable(StepList steps, Embedding op, int accumulate) {
        Tensor y = op.y();
        int entries = op.table().rows().published();
        steps.add("d_" + y.name(), Grid.loop(entries), EmbeddingRows::table, op.ids(), y.gradient().vectors(),
                work.sizes(), work.size(y.rows()), work.size(entries), y.stride(), op.factor(), accumulate,
                op.table().tensor().gradient().vectors());
    }

    @Override
    public void crossEntropy(StepList steps, CrossEntropyLoss op) {
        Tensor logits = op.logits();
        steps.add("loss_" + logits.name(), Grid.loop(logits.rows()), CrossEntropy::rows, logits.values().vectors(),
                op.targets(), op.weights(), work.sizes(), work.size(logits.rows()), logits.columns().published(),
                logits.stride(), op.losses(), logits.gradient().vectors());
    }
}
