package org.tornadomla.layers;

import org.tornadomla.config.Junction;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.StepLayout;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.Product;
import org.tornadomla.weights.RowGroups;
import org.tornadomla.weights.Rows;

/**
 * What joins hidden states and embeddings, with its weights. The projection of both side by side is the sum of two, so
 * that nothing has to be put together.
 *
 * @param embeddingNorm weight of the norm on the embedding
 * @param hiddenNorm    weight of the norm on the hidden state
 * @param ofEmbedding   [hidden, hidden] the projection's columns for the embedding
 * @param ofHidden      [hidden, hidden] those for the hidden state
 */
public record PackedJunction(Object embeddingNorm, Object hiddenNorm, PackedMatrix ofEmbedding, PackedMatrix ofHidden) {

    static PackedJunction pack(Junction junction, int width, NamedWeights source, KernelFamily family,
            MatrixPacker packer) {
        Matrix projection = source.matrix(junction.projection());
        MatrixPacker own = packer.of(junction.projection());
        return new PackedJunction(family.vector(source.read(junction.embeddingNorm()), 1),
                family.vector(source.read(junction.hiddenNorm()), 1),
                own.columns("projection of embeddings", Matrices.part(projection, 0, width, 0, width), width, i -> i),
                own.columns("projection of hidden states", Matrices.part(projection, 0, width, width, width), width,
                        i -> i));
    }

    /** Bytes of what {@link #pack} makes. */
    static long bytes(Junction junction, int width, KernelFamily family, FormatChoice formats) {
        return 2 * (family.vectorBytes(width)
                + family.packer(formats, Long.MAX_VALUE).of(junction.projection()).bytes(1, width, width));
    }

    void register(Buffers buffers) {
        buffers.add("n_embedding", Role.WEIGHT, embeddingNorm);
        buffers.add("n_hidden", Role.WEIGHT, hiddenNorm);
        ofEmbedding.register(buffers, "w_join_embedding");
        ofHidden.register(buffers, "w_join_hidden");
    }

    /** Adds the steps that begin the residual stream. */
    void steps(ModelConfig model, DecoderRoom room, StepList steps) {
        DecoderBuffers buffers = room.buffers();
        DecoderBuffers.Joined joined = buffers.joined().orElseThrow();
        Rows embedded = norm(model, room, steps, "embedding_norm", joined.embedded(), embeddingNorm);
        project(room, steps, "join_embedding", ofEmbedding, embedded, false);
        Rows hidden = norm(model, room, steps, "hidden_norm", joined.hidden(), hiddenNorm);
        project(room, steps, "join_hidden", ofHidden, hidden, true);
    }

    private static Rows norm(ModelConfig model, DecoderRoom room, StepList steps, String name, Rows rows,
            Object weight) {
        return room.family().norm(steps,
                new KernelFamily.Norm(name, rows, weight, model.hiddenSize(), (float) model.rmsNormEps(), room.step(),
                        StepLayout.TOKENS, -1, room.step().capacity().tokens(), room.buffers().normed()));
    }

    private static void project(DecoderRoom room, StepList steps, String name, PackedMatrix matrix, Rows from,
            boolean added) {
        matrix.product(steps, new Product(name, from, RowGroups.all(room.step().array(), StepLayout.TOKENS),
                room.buffers().none(), false, room.buffers().x(), added));
    }
}
