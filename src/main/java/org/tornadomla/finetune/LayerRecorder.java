package org.tornadomla.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.DenseBlock;
import org.tornadomla.config.Layer;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.training.LatentAttentionLayer;
import org.tornadomla.training.Mixture;
import org.tornadomla.training.MixtureShape;
import org.tornadomla.training.Parameter;
import org.tornadomla.training.Places;
import org.tornadomla.training.RotaryTables;
import org.tornadomla.training.Tape;
import org.tornadomla.training.TapeWeights;
import org.tornadomla.training.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Records the layers of a model on a tape: each block reads the rows through its norm, and adds to them. */
final class LayerRecorder {

    /**
     * What rows are to attention.
     *
     * @param sequences sequences that rows are divided among
     * @param turns     positions of rows
     * @param spans     [rows, 2], which rows a row sees
     */
    record Rows(int sequences, RotaryTables turns, IntArray spans) {
    }

    /**
     * A mixture that was recorded.
     *
     * @param mixture what the host says to it
     * @param config  experts and how they are chosen
     * @param bias    checkpoint name of the bias of the choice; empty without one
     */
    record RecordedMixture(Mixture mixture, MoeConfig config, String bias) {
    }

    private final Tape tape;
    private final TapeWeights weights;
    private final ModelConfig model;
    private final Rows rows;
    private final Places hidden;
    private final List<RecordedMixture> mixtures = new ArrayList<>();

    LayerRecorder(Tape tape, TapeWeights weights, ModelConfig model, Rows rows) {
        this.tape = tape;
        this.weights = weights;
        this.model = model;
        this.rows = rows;
        this.hidden = Places.plain(model.hiddenSize());
    }

    /**
     * Records a layer.
     *
     * @param name what names of values begin with
     * @param x    [rows, hidden]
     * @return [rows, hidden]
     */
    Tensor layer(String name, Layer layer, Tensor x) {
        Tensor last = x;
        for (int i = 0; i < layer.blocks().size(); i++) {
            Block block = layer.blocks().get(i);
            String own = name + "block" + i + "_";
            Tensor normed = tape.rmsNorm(own + "norm", last,
                    weights.vector(layer.prefix() + block.norm(), model.hiddenSize()), model.rmsNormEps(), 1);
            Tensor computed = block(own, layer.prefix() + block.prefix(), block, normed);
            last = tape.add(own + "sum", last, computed);
        }
        return last;
    }

    private Tensor block(String name, String prefix, Block block, Tensor x) {
        return switch (block) {
            case AttentionBlock attention ->
                new LatentAttentionLayer(attention.config(), tape, weights, name, prefix, rows.sequences).record(x, x,
                        rows.turns, rows.turns, rows.spans);
            case DenseBlock dense -> dense(name, prefix, x, dense.intermediate());
            case MixtureBlock mixture -> mixture(name, prefix, mixture, x);
            default -> throw new IllegalStateException(block + " is refused before");
        };
    }

    private Tensor dense(String name, String prefix, Tensor x, int intermediate) {
        Places inner = Places.plain(intermediate);
        Tensor gated = tape.swiGlu(name + "gated",
                tape.linear(name + "gate", x, weights.matrix(prefix + "gate_proj.weight", inner, hidden), null),
                tape.linear(name + "up", x, weights.matrix(prefix + "up_proj.weight", inner, hidden), null));
        return tape.linear(name + "down", gated, weights.matrix(prefix + "down_proj.weight", hidden, inner), null);
    }

    private Tensor mixture(String name, String prefix, MixtureBlock block, Tensor x) {
        MoeConfig config = block.config();
        Places inner = Places.blocks(config.nRoutedExperts(), config.moeIntermediateSize());
        List<Parameter> matrices = List.of(experts(prefix, "gate_proj.weight", config, inner, hidden),
                experts(prefix, "up_proj.weight", config, inner, hidden),
                experts(prefix, "down_proj.weight", config, Places.blocks(config.nRoutedExperts(), model.hiddenSize()),
                        Places.plain(config.moeIntermediateSize())));
        Tensor logits = tape.linear(name + "logits", x,
                weights.matrix(prefix + block.router().weight(), Places.plain(config.nRoutedExperts()), hidden), null);
        Tape.Mixed mixed = tape.mixture(name + "routed", x, logits, shape(config), matrices);
        mixtures.add(new RecordedMixture(mixed.mixture(), config,
                config.hasSelectionBias() ? prefix + block.router().bias() : ""));
        if (config.nSharedExperts() == 0) {
            return mixed.y();
        }
        Tensor shared = dense(name + "shared_", prefix + MixtureBlock.SHARED, x, config.sharedIntermediateSize());
        return tape.add(name + "experts", mixed.y(), shared);
    }

    private Parameter experts(String prefix, String ending, MoeConfig config, Places outputs, Places inputs) {
        List<String> names = IntStream.range(0, config.nRoutedExperts())
                .mapToObj(expert -> prefix + MixtureBlock.expertPrefix(expert) + ending).toList();
        return weights.stacked(prefix + "experts." + ending, names, outputs, inputs);
    }

    private static MixtureShape shape(MoeConfig config) {
        boolean isLimited = config.topkMethod() == TopkMethod.GROUP_LIMITED_GREEDY;
        double factor = config.normTopkProb() ? -config.routedScalingFactor() : config.routedScalingFactor();
        return new MixtureShape(config.nRoutedExperts(), config.numExpertsPerTok(), config.moeIntermediateSize(),
                isLimited ? config.nGroup() : 1, isLimited ? config.topkGroup() : 1,
                config.scoring() == Scoring.SIGMOID, factor, 0);
    }

    /** The mixtures of the layers that were recorded. */
    List<RecordedMixture> mixtures() {
        return mixtures;
    }
}
