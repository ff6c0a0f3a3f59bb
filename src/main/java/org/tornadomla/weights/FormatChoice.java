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

    /** All formats that the choice may give, at least one. */
    List<NumberFormat> formats();
}
