package org.tornadomla.layers;

import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.graph.Sizes;
import org.tornadomla.kernels.LatentAttention;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.Rotary;
import org.tornadomla.tensor.Padding;

/**
 * Sizes of an attention layer in the units of the kernels. Parts of a row are padded to whole vectors, rows that a
 * matrix product writes to whole column blocks; weights have zeros there, so padding stays zero without anyone writing
 * it.
 *
 * @param config the layer's true sizes
 */
public record AttentionShape(MlaConfig config) {

    /** Vectors of a head's part without position. */
    public int nopeVectors() {
        return Padding.vectors(config.qkNopeHeadDim());
    }

    /** Vectors of the rotary part. */
    public int ropeVectors() {
        return Padding.vectors(config.qkRopeHeadDim());
    }

    /** Vectors of a latent. */
    public int latentVectors() {
        return Padding.vectors(config.kvLoraRank());
    }

    /** Vectors of a head's value. */
    public int valueVectors() {
        return Padding.vectors(config.vHeadDim());
    }

    /** Vectors of a head of the query. */
    public int headVectors() {
        return nopeVectors() + ropeVectors();
    }

    /** Vectors of a row of the pool. */
    public int rowVectors() {
        return latentVectors() + ropeVectors();
    }

    /** Groups of heads that absorbed attention takes together. */
    public int headGroups() {
        return Math.ceilDiv(config.numHeads(), LatentAttention.HEADS_AT_ONCE);
    }

    /** Output columns of the query's down-projection. */
    public int compressedColumns() {
        return Padding.toMultiple(config.qLoraRank(), MatMul.BLOCK);
    }

    /** Output columns of the query. */
    public int queryColumns() {
        return Padding.toMultiple(config.numHeads() * headVectors() * Padding.LANES, MatMul.BLOCK);
    }

    /** Output columns of the latent's down-projection with the rotary key. */
    public int latentColumns() {
        return Padding.toMultiple(rowVectors() * Padding.LANES, MatMul.BLOCK);
    }

    /** Output columns of the expansion: keys of all heads, values of all heads. */
    public int expandedColumns() {
        return Padding.toMultiple(config.numHeads() * (nopeVectors() + valueVectors()) * Padding.LANES, MatMul.BLOCK);
    }

    /** Output columns of the layer. */
    public int hiddenColumns() {
        return Padding.toMultiple(config.hiddenSize(), MatMul.BLOCK);
    }

    /** The kernels' name of the rotary layout. */
    public int layout() {
        return layout(config.rope().layout());
    }

    static int layout(RopeLayout layout) {
        return switch (layout) {
            case NEIGHBOURS -> Rotary.NEIGHBOURS;
            case EVENS_THEN_ODDS -> Rotary.EVENS_THEN_ODDS;
            case HALVES -> Rotary.HALVES;
        };
    }
}
