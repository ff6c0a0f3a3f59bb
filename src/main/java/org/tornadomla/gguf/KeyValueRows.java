package org.tornadomla.gguf;

import java.util.List;
import java.util.Objects;
import org.tornadomla.blocks.BlockFormats;
import org.tornadomla.tensor.Matrix;

/**
 * {@code kv_b_proj} of the two tensors that newer files hold instead: for each head, the rows that make keys stand in
 * {@code attn_k_b} [heads, latent, nope] with rows and columns exchanged, those that make values in {@code attn_v_b}
 * [heads, v, latent] as they are. The numbers are those of the files, exactly.
 *
 * @param keys   {@code attn_k_b}
 * @param values {@code attn_v_b}
 */
record KeyValueRows(GgufTensor keys, GgufTensor values) implements StoredWeight {

    private long nope() {
        return keys.width();
    }

    private long rank() {
        return keys.shape().get(1);
    }

    private long valueWidth() {
        return values.shape().get(1);
    }

    /** Whether the two fit each other. */
    boolean fits() {
        return keys.shape().size() == 3 && values.shape().size() == 3
                && keys.shape().get(0).equals(values.shape().get(0)) && rank() == values.width();
    }

    @Override
    public List<Long> shape() {
        return List.of(keys.shape().getFirst() * (nope() + valueWidth()), rank());
    }

    /** Blocks of keys lie across the rows of the weight, so that it is in no block format as a whole. */
    @Override
    public String storedAs() {
        String key = keys.format().formatName();
        String value = values.format().formatName();
        return key.equals(value) && BlockFormats.integers(key).isEmpty() ? key : key + ", " + value;
    }

    @Override
    public long bytes() {
        return keys.bytes() + values.bytes();
    }

    @Override
    public Matrix matrix() {
        return new Rows(this, Math.toIntExact(nope()), Math.toIntExact(valueWidth()), Math.toIntExact(rank()));
    }

    /** Holds the keys of one head, turned; one thread reads it at a time. */
    private static final class Rows implements Matrix {

        private final KeyValueRows source;
        private final int nope;
        private final int valueWidth;
        private final int rank;
        private final int heads;
        private float[] stored;
        private int head = -1;

        Rows(KeyValueRows source, int nope, int valueWidth, int rank) {
            this.source = source;
            this.nope = nope;
            this.valueWidth = valueWidth;
            this.rank = rank;
            this.heads = Math.toIntExact(source.keys.shape().getFirst());
        }

        @Override
        public int rows() {
            return heads * (nope + valueWidth);
        }

        @Override
        public int columns() {
            return rank;
        }

        @Override
        public Matrix reader() {
            return new Rows(source, nope, valueWidth, rank);
        }

        @Override
        public void read(int row, float[] target) {
            Objects.checkIndex(row, rows());
            int wanted = row / (nope + valueWidth);
            int within = row % (nope + valueWidth);
            if (within >= nope) {
                source.values.read((long) wanted * valueWidth + within - nope, 1, target, 0);
                return;
            }
            if (stored == null) {
                stored = new float[Math.multiplyExact(rank, nope)];
            }
            if (head != wanted) {
                source.keys.read((long) wanted * rank, rank, stored, 0);
                head = wanted;
            }
            for (int i = 0; i < rank; i++) {
                target[i] = stored[i * nope + within];
            }
        }
    }
}
