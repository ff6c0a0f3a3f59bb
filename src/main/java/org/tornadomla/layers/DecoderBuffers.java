package org.tornadomla.layers;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.tornadomla.config.Block;
import org.tornadomla.config.Layer;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Sizes;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.Rows;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What the layers of a decoder share, as a kernel family keeps it. T is the plan's capacity of tokens, B that of output
 * rows.
 *
 * @param x       [T, hidden] the residual stream, rows that products write
 * @param normed  [T, hidden] a norm of x, rows that products read; x itself where a norm is a note on it
 * @param scratch what the blocks asked for
 * @param results what comes of a round; empty where further layers are on another device
 * @param leaving [T, hidden] x for the host, where further layers are on another device
 * @param none    stands for a bias where there is none
 * @param joined  what goes into the residual stream together, where hidden states come in
 */
public record DecoderBuffers(Rows x, Rows normed, Scratch scratch, Optional<Results> results, Optional<Rows> leaving,
        Object none, Optional<Joined> joined) {

    /**
     * What comes of a round.
     *
     * @param last   [B, hidden] the final norm of the output rows, for the head and the host
     * @param scores [B, vocabulary] the head's output
     * @param logits [B, vocabulary] the same for the host
     * @param parts  [B, parts of a row] what {@link KernelFamily#best} works in; null where the family has no such step
     * @param best   [B] records of the largest logits; null where the family has no such step
     */
    public record Results(Rows last, Rows scores, Rows logits, @Nullable FloatArray parts, @Nullable FloatArray best) {
    }

    /**
     * Rows of a token's embedding and of the hidden state of the token before it, both as products write them.
     *
     * @param embedded [T, hidden]
     * @param hidden   [T, hidden] input
     */
    public record Joined(Rows embedded, Rows hidden) {
    }

    /** Experts that each token passes, shared ones included; 0 when no layer has experts. */
    public static int expertsPerToken(ModelConfig model) {
        return model.experts().map(MixtureKind::expertsPerToken).orElse(0);
    }

    /**
     * Allocates and registers the buffers of a whole model.
     *
     * @throws org.tornadomla.error.ShapeException when one would not fit an array
     */
    public static DecoderBuffers allocate(ModelConfig model, KernelFamily family, Capacity capacity, Buffers buffers) {
        return allocate(model, family, capacity, buffers, LayerRange.whole(model.layers().size()));
    }

    /**
     * Allocates and registers the buffers of some layers.
     *
     * @throws org.tornadomla.error.ShapeException when one would not fit an array
     */
    public static DecoderBuffers allocate(ModelConfig model, KernelFamily family, Capacity capacity, Buffers buffers,
            LayerRange range) {
        int hidden = model.hiddenSize();
        RowForm form = family.written(hidden);
        Rows x = form.allocate("residual stream", capacity.tokens());
        buffers.add("x", role(range, form), x.array());
        Rows normed = x;
        if (family.normsApart()) {
            normed = family.read(hidden).allocate("normed tokens", capacity.tokens());
            buffers.add("x_normed", Role.SCRATCH, normed.array());
        }
        Scratch scratch = scratch(model, family, capacity, range);
        scratch.register(buffers);
        Optional<Results> results = range.isLast()
                ? Optional.of(results(model, family, capacity.outputs(), buffers))
                : Optional.empty();
        return new DecoderBuffers(x, normed, scratch, results,
                range.isLast() ? Optional.empty() : Optional.of(leaving(x, form, capacity.tokens(), buffers)),
                buffers.add("none", Role.WEIGHT, family.none()),
                model.junction().filter(_ -> range.isFirst()).map(_ -> joined(form, capacity.tokens(), buffers)));
    }

    /** What the residual stream is to a device: rows as floats go to the host as they are. */
    private static Role role(LayerRange range, RowForm form) {
        boolean leaves = !range.isLast() && !form.vectors();
        if (range.isFirst()) {
            return leaves ? Role.OUTPUT : Role.SCRATCH;
        }
        return leaves ? Role.EXCHANGED : Role.INPUT;
    }

    private static Rows leaving(Rows x, RowForm form, int tokens, Buffers buffers) {
        if (!form.vectors()) {
            return x;
        }
        Rows leaving = new RowForm(false, form.floats()).allocate("rows for the next device", tokens);
        buffers.add("x_leaving", Role.OUTPUT, leaving.array());
        return leaving;
    }

    private static Results results(ModelConfig model, KernelFamily family, int outputs, Buffers buffers) {
        Rows last = family.read(model.hiddenSize()).allocate("output rows", outputs);
        RowForm form = family.written(model.vocabSize());
        // The head's rows come to the host whole, padding of blocks included, and as floats.
        Rows logits = new RowForm(false, form.floats()).allocate("logits", outputs);
        buffers.add("last", Role.OUTPUT, last.array());
        Rows scores = logits;
        if (form.vectors()) {
            scores = form.allocate("logits", outputs);
            buffers.add("scores", Role.SCRATCH, scores.array());
        }
        buffers.add("logits", Role.OUTPUT, logits.array());
        FloatArray parts = null;
        FloatArray best = null;
        if (family.mostBest() > 0) {
            parts = buffers.add("best_parts", Role.SCRATCH,
                    Sizes.floats("candidates of parts", (long) outputs * family.bestScratch(model.vocabSize())));
            best = buffers.add("best", Role.OUTPUT,
                    Sizes.floats("candidates", outputs * bestFloats(family.mostBest())));
        }
        return new Results(last, scores, logits, parts, best);
    }

    private static Joined joined(RowForm form, int tokens, Buffers buffers) {
        Joined joined = new Joined(form.allocate("embeddings", tokens), form.allocate("hidden states", tokens));
        buffers.add("embedded", Role.SCRATCH, joined.embedded.array());
        buffers.add("hidden", Role.INPUT, joined.hidden.array());
        return joined;
    }

    /** Floats of a record of the largest logits of a row. */
    public static long bestFloats(int candidates) {
        return 1 + 2L * candidates;
    }

    private static Scratch scratch(ModelConfig model, KernelFamily family, Capacity capacity, LayerRange range) {
        Scratch scratch = new Scratch(family);
        for (Layer layer : model.layers().subList(range.from(), range.to())) {
            for (Block block : layer.blocks()) {
                BlockKinds.of(block).scratch(block, capacity, scratch);
            }
        }
        scratch.allocate();
        return scratch;
    }
}
