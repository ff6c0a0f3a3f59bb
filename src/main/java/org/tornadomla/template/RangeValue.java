package org.tornadomla.template;

/** {@code range(start, stop, step)}. */
record RangeValue(long start, long stop, long step) {

    private static final long MOST = 100_000;

    static RangeValue of(Object[] bounds) {
        long[] numbers = new long[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            numbers[i] = Numbers.index(bounds[i]);
        }
        RangeValue range = switch (numbers.length) {
            case 1 -> new RangeValue(0, numbers[0], 1);
            case 2 -> new RangeValue(numbers[0], numbers[1], 1);
            default -> new RangeValue(numbers[0], numbers[1], numbers[2]);
        };
        if (range.step == 0) {
            throw PyError.value("range() arg 3 must not be zero");
        }
        if (range.size() > MOST) {
            throw PyError.overflow("range() is longer than " + MOST);
        }
        return range;
    }

    long size() {
        double span = step > 0 ? (double) stop - start : (double) start - stop;
        return span <= 0 ? 0 : span > 1e15 ? Long.MAX_VALUE : ((long) span - 1) / Math.abs(step) + 1;
    }

    Object at(long index) {
        return start + index * step;
    }
}
