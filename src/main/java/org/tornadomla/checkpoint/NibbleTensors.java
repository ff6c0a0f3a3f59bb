package org.tornadomla.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Matrix;

/**
 * The tensors that hold one matrix of 4-bit whole numbers in groups.
 *
 * @param name    of the weight that they stand for
 * @param layout  which tool wrote them
 * @param format  of a group, put together
 * @param rows    outputs
 * @param columns inputs
 * @param values  the whole numbers
 * @param scales  a scale a group
 * @param zeros   a zero point a group, where there are such
 */
record NibbleTensors(String name, NibbleLayout layout, IntegerBlock format, int rows, int columns, StoredTensor values,
        StoredTensor scales, Optional<StoredTensor> zeros) implements PackedTensors {

    private static final String WEIGHT = "weight";

    /**
     * The tensors of a weight.
     *
     * @param name    of the weight
     * @param tensors gives a tensor by its name, null where there is none
     * @return null where the weight is not stored so
     * @throws CheckpointException when the tensors do not fit each other, or hold groups that are not read
     */
    static @Nullable NibbleTensors find(String name, Function<String, @Nullable StoredTensor> tensors) {
        if (!name.endsWith("." + WEIGHT)) {
            return null;
        }
        String base = name.substring(0, name.length() - WEIGHT.length());
        StoredTensor packed = tensors.apply(base + NibbleLayout.COMPRESSED.whole());
        StoredTensor qweight = tensors.apply(base + NibbleLayout.GPTQ.whole());
        StoredTensor factors = tensors.apply(base + NibbleLayout.GPTQ.scales());
        NibbleLayout layout = NibbleLayout.of(info(packed), info(qweight), info(factors));
        if (layout == null) {
            return null;
        }
        StoredTensor values = tensors.apply(base + layout.whole());
        StoredTensor scales = tensors.apply(base + layout.scales());
        StoredTensor zeros = tensors.apply(base + layout.zeros());
        if (scales == null || zeros == null && layout != NibbleLayout.COMPRESSED) {
            throw new CheckpointException(name + " is packed in 4 bits without " + base
                    + (scales == null ? layout.scales() : layout.zeros()));
        }
        NibbleTensors found = of(name, layout, values, scales, zeros);
        found.checkShapes();
        for (String other : layout.others()) {
            found.checkOther(tensors.apply(base + other));
        }
        return found;
    }

    private static @Nullable TensorInfo info(@Nullable StoredTensor tensor) {
        return tensor == null ? null : tensor.info();
    }

    private static NibbleTensors of(String name, NibbleLayout layout, StoredTensor values, StoredTensor scales,
            @Nullable StoredTensor zeros) {
        long high = values.info().rows();
        long wide = values.info().width();
        boolean turned = layout != NibbleLayout.COMPRESSED;
        long groups = turned ? scales.info().rows() : scales.info().width();
        int rows = Math.toIntExact(turned ? wide * (layout == NibbleLayout.AWQ ? NibbleLayout.PACKED : 1) : high);
        int columns = Math.toIntExact(
                turned ? high * (layout == NibbleLayout.GPTQ ? NibbleLayout.PACKED : 1) : wide * NibbleLayout.PACKED);
        String kind = (zeros == null ? "INT4_" : "UINT4_") + (groups == 0 ? 0 : columns / groups);
        IntegerBlock format = BlockFormats.integers(kind).filter(block -> groups * block.groupLength() == columns)
                .orElseThrow(() -> new CheckpointException(
                        name + " of " + rows + " x " + columns + " is packed in 4 bits with " + groups
                                + " groups a row, expected groups of 32 or 128 inputs" + ", with zero points of 128"));
        return new NibbleTensors(name, layout, format, rows, columns, values, scales, Optional.ofNullable(zeros));
    }

    private int groups() {
        return columns / format.groupLength();
    }

    private void checkShapes() {
        boolean turned = layout != NibbleLayout.COMPRESSED;
        long eighth = Math.ceilDiv(rows, NibbleLayout.PACKED);
        check(values.info(), values.info().dtype() == Dtype.I32, values.info().shape());
        List<Long> each = turned ? List.of((long) groups(), (long) rows) : List.of((long) rows, (long) groups());
        check(scales.info(), scales.info().dtype().isFloating(), each);
        zeros.ifPresent(points -> check(points.info(), points.info().dtype() == Dtype.I32,
                turned ? List.of((long) groups(), eighth) : List.of(eighth, (long) groups())));
    }

    private void check(TensorInfo info, boolean type, List<Long> shape) {
        if (!type || !info.shape().equals(shape)) {
            throw new CheckpointException(info.name() + " is " + info.stored() + " of shape " + info.shape()
                    + ", expected " + (info.equals(scales.info()) ? "floating numbers" : "I32") + " of shape " + shape
                    + " beside " + values.info().name() + " of shape " + values.info().shape());
        }
    }

    private void checkOther(@Nullable StoredTensor other) {
        if (other == null) {
            return;
        }
        int[] numbers = other.file().readIntegers(other.info().name());
        if (layout == NibbleLayout.COMPRESSED
                && !(numbers.length == 2 && numbers[0] == rows && numbers[1] == columns)) {
            throw new CheckpointException(other.info().name() + " does not say " + rows + " x " + columns
                    + ", which is the shape of " + values.info().name());
        }
        for (int i = 0; layout == NibbleLayout.GPTQ && i < numbers.length; i++) {
            if (numbers[i] != i / format.groupLength()) {
                throw new CheckpointException(other.info().name() + " puts input " + i + " into group " + numbers[i]
                        + ", expected groups of neighbours (desc_act false)");
            }
        }
    }

    @Override
    public List<Long> shape() {
        return List.of((long) rows, (long) columns);
    }

    @Override
    public long bytes() {
        return values.info().bytes() + scales.info().bytes() + zeros.map(points -> points.info().bytes()).orElse(0L);
    }

    @Override
    public Matrix matrix() {
        return new NibbleMatrix(this);
    }
}
