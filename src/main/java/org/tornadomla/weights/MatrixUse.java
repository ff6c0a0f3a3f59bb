package org.tornadomla.weights;

/** What some matrices of one shape are multiplied with, which decides in what order their weights stand. */
public enum MatrixUse {

    /** Rows of scalars, as every linear layer and every expert has them: see {@link PackedMatrix#product}. */
    PRODUCT,
    /**
     * The queries of a head on their way into the latent space: see {@link PackedMatrix#absorbedQuery}. The weights
     * come an input at a time.
     */
    ABSORBED_QUERY,
    /** The attended latent of a head on its way to values: see {@link PackedMatrix#valueUp}. */
    VALUE_UP
}
