package org.tornadomla.training;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.tornadomla.error.ShapeException;
import org.tornadomla.graph.Sizes;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.tensor.Padding;

/**
 * Where the numbers of a published row stand among the padded ones of the kernels: parts that begin at vectors, then
 * padding up to whole column blocks.
 */
public final class Places {

    private final int[] places;
    private final int used;

    private Places(int[] places, int used) {
        this.places = places;
        this.used = used;
    }

    /** One part. */
    public static Places plain(int floats) {
        return parts(1, floats);
    }

    /**
     * Groups of parts, each part padded to vectors.
     *
     * @param groups how often the parts follow each other, such as heads
     * @param floats floats of each part of a group
     */
    public static Places parts(int groups, int... floats) {
        long sum = Arrays.stream(floats).asLongStream().map(part -> part + Padding.LANES).sum();
        require(groups, sum);
        int[] places = new int[groups * Arrays.stream(floats).sum()];
        int published = 0;
        int padded = 0;
        for (int group = 0; group < groups; group++) {
            for (int part : floats) {
                for (int i = 0; i < part; i++) {
                    places[published++] = padded + i;
                }
                padded += Padding.toVectors(part);
            }
        }
        return new Places(places, padded);
    }

    /**
     * Groups that begin at column blocks, as the outputs of several matrices below each other do.
     *
     * @param groups groups
     * @param floats numbers of a group
     */
    public static Places blocks(int groups, int floats) {
        require(groups, floats + (long) MatMul.BLOCK);
        int[] places = new int[groups * floats];
        int padded = Padding.toMultiple(floats, MatMul.BLOCK);
        for (int i = 0; i < places.length; i++) {
            places[i] = i / floats * padded + i % floats;
        }
        return new Places(places, groups * padded);
    }

    private static void require(int groups, long padded) {
        if (groups < 1 || padded < 1 || groups * padded > Sizes.MOST) {
            throw new ShapeException("rows of " + groups + " groups of " + padded
                    + " numbers with their padding, must be at least 1 and together at most " + Sizes.MOST);
        }
    }

    /**
     * The same with the halves of a part dealt out in turns: pairs (i, i + n/2) become neighbours.
     *
     * @param first  place of the part's first number among the published ones, of the first group
     * @param floats numbers of the part
     * @param groups groups
     */
    public Places withNeighbours(int first, int floats, int groups) {
        int[] dealt = places.clone();
        int group = places.length / groups;
        for (int begin = first; begin < places.length; begin += group) {
            for (int i = 0; i < floats; i++) {
                dealt[begin + i] = places[begin] + (i < floats / 2 ? 2 * i : 2 * (i - floats / 2) + 1);
            }
        }
        return new Places(dealt, used);
    }

    /** Numbers of a published row. */
    public int published() {
        return places.length;
    }

    /** The place of a published number. */
    public int of(int index) {
        return places[index];
    }

    /** Vectors that hold all parts. */
    public int vectors() {
        return used / Padding.LANES;
    }

    /** Vectors with the padding to whole column blocks. */
    public int stride() {
        return Padding.toMultiple(used, MatMul.BLOCK) / Padding.LANES;
    }

    /** Whether numbers stand at the same places. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Places that && used == that.used && Arrays.equals(places, that.places);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(places) + used;
    }

    /** All places in the order of the published numbers. */
    IntStream all() {
        return Arrays.stream(places);
    }
}
