package org.tornadomla.checkpoint;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.blocks.NibbleGroups;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tensor.Matrix;

/**
 * The tensors that hold one matrix in NVFP4: two numbers in E2M1 a byte, the first in its lower half, a scale in E4M3
 * for each group of inputs of an output, and one number for the whole matrix.
 *
 * @param values [outputs, inputs / 2] bytes
 * @param scales [outputs, groups]
 * @param whole  the number for the whole matrix
 * @param layout which tool wrote them
 */
record FloatNibbleTensors(StoredTensor values, StoredTensor scales, float whole,
        FloatNibbleLayout layout) implements PackedTensors {

    private static final String WEIGHT = "weight";

    /**
     * The tensors of a weight.
     *
     * @param name    of the weight
     * @param tensors gives a tensor by its name, null where there is none
     * @return null where the weight is not stored so
     * @throws CheckpointException when a tensor is missing, or they do not fit each other
     */
    static @Nullable FloatNibbleTensors find(String name, Function<String, @Nullable StoredTensor> tensors) {
        if (!name.endsWith("." + WEIGHT)) {
            return null;
        }
        String base = name.substring(0, name.length() - WEIGHT.length());
        for (FloatNibbleLayout layout : FloatNibbleLayout.values()) {
            StoredTensor values = tensors.apply(base + layout.packed());
            StoredTensor scales = tensors.apply(base + FloatNibbleLayout.SCALES);
            StoredTensor whole = tensors.apply(base + layout.whole());
            if (values != null && values.info().dtype() == Dtype.U8
                    && (layout.isKnownByValues() || scales != null || whole != null)) {
                return of(values, present(values, scales, base + FloatNibbleLayout.SCALES),
                        present(values, whole, base + layout.whole()), layout);
            }
        }
        return null;
    }

    private static StoredTensor present(StoredTensor values, @Nullable StoredTensor other, String name) {
        if (other == null) {
            throw new CheckpointException(values.info().name() + " is in NVFP4 (U8) without " + name);
        }
        return other;
    }

    private static FloatNibbleTensors of(StoredTensor values, StoredTensor scales, StoredTensor whole,
            FloatNibbleLayout layout) {
        TensorInfo info = values.info();
        long groups = info.width() * 2 / NibbleGroups.NVFP4.group();
        if (info.shape().size() != 2 || info.width() * 2 != groups * NibbleGroups.NVFP4.group()) {
            throw new CheckpointException(info.name() + " is in NVFP4 (U8) of shape " + info.shape()
                    + ", expected [outputs, inputs / 2] with inputs in groups of " + NibbleGroups.NVFP4.group());
        }
        List<Long> each = List.of(info.rows(), groups);
        if (scales.info().dtype() != Dtype.F8_E4M3 || !scales.info().shape().equals(each)) {
            throw refused(scales.info(), "F8_E4M3 of shape " + each, info);
        }
        if (whole.info().dtype() != Dtype.F32 || whole.info().shape().size() > 1 || whole.info().count() != 1) {
            throw refused(whole.info(), "one number in F32", info);
        }
        float number = whole.file().number(whole.info(), 0);
        if (number == 0 || !Float.isFinite(number)) {
            throw new CheckpointException(whole.info().name() + " is " + number + ", expected a finite number that is"
                    + " not 0: it is the scale of all of " + info.name());
        }
        return new FloatNibbleTensors(values, scales, number, layout);
    }

    private static CheckpointException refused(TensorInfo info, String expected, TensorInfo beside) {
        return new CheckpointException(info.name() + " is " + info.stored() + " of shape " + info.shape()
                + ", expected " + expected + " beside " + beside.name() + " of shape " + beside.shape());
    }

    @Override
    public IntegerBlock format() {
        return BlockFormats.integers(NibbleGroups.NVFP4.name()).orElseThrow();
    }

    @Override
    public List<Long> shape() {
        return List.of(values.info().rows(), values.info().width() * 2);
    }

    @Override
    public long bytes() {
        return values.info().bytes() + scales.info().bytes() + Float.BYTES;
    }

    @Override
    public Matrix matrix() {
        return new FloatNibbleMatrix(this);
    }
}
