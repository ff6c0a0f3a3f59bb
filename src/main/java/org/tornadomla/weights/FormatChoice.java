package org.tornadomla.weights;

import java.util.List;

import org.tornadomla.annotation.PublicApi;

/**
 * In which number format a device holds each matrix of a model. A {@link NumberFormat} is the choice of itself for all
 * of them; a model whose files mix formats has one that differs from matrix to matrix.
 */
@PublicApi(opaque = true)
public interface FormatChoice {

    /** What a user reads: {@code bf16}, or all formats that the choice may give. */
    String name();

    /**
     * The format of matrices that are held together.
     *
     * @param weights their names; without any, the format of matrices that have no name
     */
    NumberFormat of(String... weights);

    /** The same choice for names that go on behind a prefix. */
    FormatChoice under(String prefix);

    /**
     * The same choice for weights that are taken in other pieces than they are stored in. Numbers that share a scale
     * come apart then, so that a format with scales would round them anew.
     */
    FormatChoice apart();

    /** The format of the embedding, whose rows are copied; 32-bit numbers unless the choice says otherwise. */
    default NumberFormat table() {
        return WeightFormats.F32;
    }

    /** The same choice for matrices that are multiplied with alone. */
    default FormatChoice matrices() {
        return this;
    }

    /** The same choice with another format of the embedding. */
    default FormatChoice withTable(NumberFormat format) {
        return format.equals(table()) ? this : new ChoiceWithTable(this, format);
    }

    /** All formats that the choice may give, at least one. */
    List<NumberFormat> formats();
}
