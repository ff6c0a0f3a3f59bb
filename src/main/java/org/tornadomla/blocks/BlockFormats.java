package org.tornadomla.blocks;

import java.util.List;
import java.util.Optional;

/** The one list of block formats. */
public final class BlockFormats {

    private static final List<BlockFormat> ALL = List.of(PlainFormat.F32, PlainFormat.F16, PlainFormat.BF16,
            new EightBits(), new Nibbles("Q4_0", false, false), new Nibbles("Q4_1", false, true),
            new Nibbles("Q5_0", true, false), new Nibbles("Q5_1", true, true), new TwoBits(), new ThreeBits(),
            new ScaledNibbles("Q4_K", false), new ScaledNibbles("Q5_K", true), new SixBits(), new FourBitFloats(),
            new GroupedNibbles(32, false), new GroupedNibbles(128, false), new GroupedNibbles(128, true),
            new EightBitFloats(), new FourBitFloatGroups());

    private BlockFormats() {
    }

    /** All formats. */
    public static List<BlockFormat> all() {
        return ALL;
    }

    /**
     * The format of a name.
     *
     * @param name as GGUF writes it, for example {@code Q4_K}
     * @return empty when this library does not read it
     */
    public static Optional<BlockFormat> named(String name) {
        return ALL.stream().filter(format -> format.formatName().equals(name)).findFirst();
    }

    /**
     * The format of a name whose numbers are whole numbers times scales.
     *
     * @param name as GGUF writes it
     * @return empty when this library does not read it, or its numbers are of another kind
     */
    public static Optional<IntegerBlock> integers(String name) {
        return named(name).filter(IntegerBlock.class::isInstance).map(IntegerBlock.class::cast);
    }

    /**
     * The writer of a name.
     *
     * @param name as GGUF writes it
     * @return empty when this library does not write it
     */
    public static Optional<BlockEncoder> encoder(String name) {
        return named(name).filter(BlockEncoder.class::isInstance).map(BlockEncoder.class::cast);
    }
}
