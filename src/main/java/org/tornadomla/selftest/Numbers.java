package org.tornadomla.selftest;

import org.tornadomla.tensor.Bfloat16;

/** What an element of a result stands for, and by how much a right device's may differ from Java's. */
enum Numbers {

    /**
     * A 32-bit float. The difference may be that of 64 products summed in any order, and of an exponential of a few
     * units in the last place; what a broken kernel leaves is larger by orders.
     */
    FLOATS {
        @Override
        double[] of(int bits) {
            return new double[]{Float.intBitsToFloat(bits)};
        }

        @Override
        double allowed(double largest) {
            return largest * 2e-5;
        }
    },

    /** A whole number, a count or an index, which is right or wrong. */
    WHOLE {
        @Override
        double[] of(int bits) {
            return new double[]{bits};
        }

        @Override
        double allowed(double largest) {
            return 0;
        }
    },

    /** Two bfloat16 numbers. Where floats differ in their last places, one may be rounded up and the other down. */
    PAIRS {
        @Override
        double[] of(int bits) {
            return new double[]{Bfloat16.toFloat((short) bits), Bfloat16.toFloat((short) (bits >> Short.SIZE))};
        }

        @Override
        double allowed(double largest) {
            return largest * 0x1p-7;
        }
    },

    /**
     * Four bytes, whole numbers that floats were rounded to. One rounding is a whole number, and a scale that is
     * another bfloat16 number moves the largest of them by half of that.
     */
    BYTES {
        @Override
        double[] of(int bits) {
            double[] numbers = new double[Integer.BYTES];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (byte) (bits >> i * Byte.SIZE);
            }
            return numbers;
        }

        @Override
        double allowed(double largest) {
            return 1;
        }
    };

    /** The numbers of an element, of which only the bits are known. */
    abstract double[] of(int bits);

    /**
     * The largest difference of a right device.
     *
     * @param largest the largest magnitude of such numbers in the result
     */
    abstract double allowed(double largest);
}
