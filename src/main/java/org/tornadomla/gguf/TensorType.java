package org.tornadomla.gguf;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tornadomla.blocks.BlockFormat;
import org.tornadomla.blocks.BlockFormats;

/** Types of tensors in a GGUF file by their numbers; those without a format are known by name and refused. */
enum TensorType {
    F32(0),
    F16(1),
    Q4_0(2),
    Q4_1(3),
    Q5_0(6),
    Q5_1(7),
    Q8_0(8),
    Q8_1(9),
    Q2_K(10),
    Q3_K(11),
    Q4_K(12),
    Q5_K(13),
    Q6_K(14),
    Q8_K(15),
    IQ2_XXS(16),
    IQ2_XS(17),
    IQ3_XXS(18),
    IQ1_S(19),
    IQ4_NL(20),
    IQ3_S(21),
    IQ2_S(22),
    IQ4_XS(23),
    I8(24),
    I16(25),
    I32(26),
    I64(27),
    F64(28),
    IQ1_M(29),
    BF16(30),
    TQ1_0(34),
    TQ2_0(35),
    MXFP4(39),
    NVFP4(40);

    private final int number;

    TensorType(int number) {
        this.number = number;
    }

    /** The number that stands in a file. */
    int number() {
        return number;
    }

    /**
     * How its numbers are stored; empty where this library does not read it. The block that this library calls NVFP4 is
     * not that of GGUF, whose scales have 8 bits.
     */
    Optional<BlockFormat> format() {
        return this == NVFP4 ? Optional.empty() : BlockFormats.named(name());
    }

    /** The type of a number. */
    static Optional<TensorType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** Names of the types that can be read, for messages. */
    static String readable() {
        return Arrays.stream(values()).filter(type -> type.format().isPresent()).map(TensorType::name)
                .collect(Collectors.joining(", "));
    }
}
