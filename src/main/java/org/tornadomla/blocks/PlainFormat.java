package org.tornadomla.blocks;

import org.tornadomla.tensor.Bfloat16;

/** Numbers without blocks: each is a block of its own. */
public enum PlainFormat implements BlockEncoder {
    /** 32-bit IEEE. */
    F32(Float.BYTES) {
        @Override
        public void decode(byte[] source, int from, int blocks, float[] target, int at) {
            for (int i = 0; i < blocks; i++) {
                target[at + i] = Float.intBitsToFloat(LittleEndian.getInt(source, from + Float.BYTES * i));
            }
        }

        @Override
        public void encode(float[] source, int at, int blocks, byte[] target, int to) {
            for (int i = 0; i < blocks; i++) {
                LittleEndian.putInt(target, to + Float.BYTES * i, Float.floatToRawIntBits(source[at + i]));
            }
        }
    },
    /** 16-bit IEEE. */
    F16(Short.BYTES) {
        @Override
        public void decode(byte[] source, int from, int blocks, float[] target, int at) {
            for (int i = 0; i < blocks; i++) {
                target[at + i] = LittleEndian.getHalf(source, from + Short.BYTES * i);
            }
        }

        @Override
        public void encode(float[] source, int at, int blocks, byte[] target, int to) {
            for (int i = 0; i < blocks; i++) {
                LittleEndian.putHalf(target, to + Short.BYTES * i, source[at + i]);
            }
        }
    },
    /** The upper half of a 32-bit IEEE number. */
    BF16(Short.BYTES) {
        @Override
        public void decode(byte[] source, int from, int blocks, float[] target, int at) {
            for (int i = 0; i < blocks; i++) {
                target[at + i] = Bfloat16.toFloat(LittleEndian.getShort(source, from + Short.BYTES * i));
            }
        }

        @Override
        public void encode(float[] source, int at, int blocks, byte[] target, int to) {
            for (int i = 0; i < blocks; i++) {
                LittleEndian.putShort(target, to + Short.BYTES * i, Bfloat16.ofWeight(source[at + i]));
            }
        }
    };

    private final int bytes;

    PlainFormat(int bytes) {
        this.bytes = bytes;
    }

    @Override
    public String formatName() {
        return name();
    }

    @Override
    public int blockLength() {
        return 1;
    }

    @Override
    public int blockBytes() {
        return bytes;
    }
}
