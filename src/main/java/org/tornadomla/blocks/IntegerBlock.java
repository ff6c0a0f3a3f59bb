package org.tornadomla.blocks;

/**
 * A block format whose numbers are whole numbers times scales: for kernels that multiply with what a file holds. Number
 * i of a block, which belongs to group {@code i / groupLength()}, is
 * {@code (unit * scale(group)) * integer(i) - leastUnit * least(group)}; both products with the units are exact in 32
 * bits, and so is the one with the integer, unless integers are codes of other numbers.
 */
public interface IntegerBlock extends BlockEncoder {

    /** Numbers that share a scale and a least value. */
    int groupLength();

    /** Bits of a whole number. */
    int integerBits();

    /**
     * Whether the whole numbers are what is multiplied with the scales; else they are codes with signs of other
     * numbers.
     */
    default boolean isWhole() {
        return true;
    }

    /** The number that a whole number stands for: itself, unless it is a code. */
    default float number(int integer) {
        return integer;
    }

    /** Whether numbers have a least value. */
    boolean hasLeast();

    /**
     * The whole numbers of a block.
     *
     * @param source blocks
     * @param from   index of the block's first byte
     * @param target Modified: receives {@link #blockLength()} numbers, from 0 on where the format has least values
     */
    void integers(byte[] source, int from, int[] target);

    /** The factor of all scales of a block. */
    float unit(byte[] source, int from);

    /** The factor of all least values of a block; 0 without them. */
    default float leastUnit(byte[] source, int from) {
        return 0;
    }

    /** The scale of a group, -128 to 127; 1 where the block has but one. */
    default int scale(byte[] source, int from, int group) {
        return 1;
    }

    /** The least value of a group, 0 to 127; 1 where the block has but one, 0 without them. */
    default int least(byte[] source, int from, int group) {
        return hasLeast() ? 1 : 0;
    }
}
