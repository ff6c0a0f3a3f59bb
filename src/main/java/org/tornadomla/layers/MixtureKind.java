package org.tornadomla.layers;

import java.util.Set;
import java.util.List;

import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Capacity;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.Rows;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.tensor.NamedWeights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A mixture of experts. The shared experts, stored as one of their widths together, are numbered behind the routed
 * ones: their gate works on each column alone, so the wide one is the sum of its slices.
 */
public final class MixtureKind implements BlockKind<MixtureBlock> {

    /** Scratch [T, n_routed_experts]. */
    static final String SCORES = "router_scores";
    /** Scratch [T, K] expert numbers; K is the number of experts of a token, shared ones included. */
    static final String CHOSEN = "chosen";
    /** Scratch [T, K] floats. */
    static final String WEIGHTS = "expert_weights";
    /** Scratch for a plan of {@link ExpertGrouping}. */
    static final String GROUPING = "grouping";
    /** Scratch [T K, hidden]: outputs of experts, sorted. */
    static final String PARTS = "expert_parts";

    @Override
    public Class<MixtureBlock> block() {
        return MixtureBlock.class;
    }

    @Override
    public String normStep() {
        return "ffn_norm";
    }

    @Override
    public String normBuffer() {
        return "n_attention";
    }

    @Override
    public void scratch(MixtureBlock block, Capacity capacity, Scratch scratch) {
        MoeConfig config = block.config();
        int rows = Math.multiplyExact(capacity.tokens(), expertsPerToken(config));
        int all = config.choices() + config.nSharedExperts();
        FeedForwardShape.of(block).scratch(scratch, rows);
        scratch.needRows(SCORES, "router scores", capacity.tokens(), scratch.family().written(config.choices()));
        scratch.needInts(CHOSEN, "chosen experts", rows);
        scratch.needFloats(WEIGHTS, "weights of experts", rows);
        scratch.needInts(GROUPING, "rows of experts", ExpertGrouping.length(all, rows));
        scratch.needRows(PARTS, "outputs of experts", rows, scratch.family().written(block.hiddenSize()));
    }

    /** Experts that each token passes, shared ones included. */
    static int expertsPerToken(MoeConfig config) {
        return config.numExpertsPerTok() + config.nSharedExperts();
    }

    @Override
    public long bytes(MixtureBlock block, KernelFamily family, FormatChoice formats, Set<Attending> ways) {
        MoeConfig config = block.config();
        return ExpertFormats.of(block, formats).bytes(FeedForwardShape.of(block), family, config)
                + family.packer(WeightFormats.F32, Long.MAX_VALUE).bytes(1, config.choices(), block.hiddenSize())
                + (long) config.choices() * Float.BYTES;
    }

    /** The router's weights stay in 32-bit numbers, since a rounding could choose another expert. */
    @Override
    public PackedMixture pack(MixtureBlock block, NamedWeights source, KernelFamily family, MatrixPacker packer,
            Set<Attending> ways) {
        MoeConfig config = block.config();
        FeedForwardShape shape = FeedForwardShape.of(block);
        int routed = config.nRoutedExperts();
        List<ExpertPart> parts = ExpertFormats.of(block, packer.choice()).allocate(shape, family, packer, config);
        for (ExpertPart part : parts) {
            for (int place = 0; place < part.experts(); place++) {
                int expert = part.first() + place;
                Projections weights = expert < routed
                        ? Projections.of(source.under(MixtureBlock.expertPrefix(expert)))
                        : Projections.of(source.under(MixtureBlock.SHARED))
                                .slice((expert - routed) * shape.intermediate(), shape.intermediate());
                weights.pack(shape, family, place, part.gateUp(), part.down());
            }
        }
        FloatArray bias = new FloatArray(config.choices());
        if (config.hasSelectionBias()) {
            float[] values = source.read(block.router().bias());
            for (int expert = 0; expert < values.length; expert++) {
                bias.set(expert, values[expert]);
            }
        }
        return new PackedMixture(shape, config, family.packer(WeightFormats.F32, Long.MAX_VALUE).columns("router",
                source.matrix(block.router().weight()), config.choices(), i -> i), bias, parts);
    }

    /** The routing of a block in the arrays that all mixtures share. */
    static Routing routing(BlockPlace place, MoeConfig config, FloatArray bias, DecoderRoom room) {
        Scratch scratch = room.buffers().scratch();
        return new Routing(place, config, room.step(), scratch.rows(SCORES, room.family().written(config.choices())),
                bias, scratch.ints(CHOSEN), scratch.floats(WEIGHTS),
                room.loads().map(loads -> loads.grouping(place.label(), config, room.step().capacity().tokens()))
                        .orElseGet(() -> scratch.ints(GROUPING)));
    }

    /** The outputs of a block's experts. */
    static Rows parts(int hidden, DecoderRoom room) {
        return room.buffers().scratch().rows(PARTS, room.family().written(hidden));
    }

    /** Adds what experts computed, in this graph or in one before it, to the residual stream. */
    static void sum(BlockPlace place, MixtureBlock block, DecoderRoom room, CycleBuilder cycle) {
        // The choice is made; nothing reads scores or bias any more.
        Routing routing = routing(place, block.config(), new FloatArray(1), room);
        room.family().sum(cycle.steps(), routing, block.hiddenSize(), parts(block.hiddenSize(), room),
                room.buffers().x());
    }
}
