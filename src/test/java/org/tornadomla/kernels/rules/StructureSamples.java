package org.tornadomla.kernels.rules;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that break the rules on loops and arrays, each beside a twin that does not. */
final class StructureSamples {

    private StructureSamples() {
    }

    @Breaks(Rule.PARALLEL_BOUND_PARAMETER)
    public static void parameterBound(int n, FloatArray y) {
        for (@Parallel
        int i = 0; i < n; i++) { // breaks
            y.set(i, n);
        }
    }

    public static void otherBounds(IntArray counts, int n, FloatArray y) {
        for (@Parallel
        int i = 0; i < counts.get(0); i++) {
            for (@Parallel
            int j = 0; j < n * 2; j++) {
                for (int k = 0; k < n; k++) {
                    y.set(i + j, k);
                }
            }
        }
    }

    @Breaks(Rule.PARALLEL_SIBLINGS)
    public static void siblings(FloatArray y) {
        for (@Parallel
        int i = 0; i < 10; i++) {
            y.set(i, 1f);
        }
        for (@Parallel
        int j = 0; j < 20; j++) { // breaks
            y.set(j, 2f);
        }
    }

    public static void oneParallelOneNot(FloatArray y) {
        for (@Parallel
        int i = 0; i < 10; i++) {
            for (int j = 0; j < 20; j++) {
                y.set(i, j);
            }
        }
    }

    @Breaks(Rule.PARALLEL_DOWNWARDS)
    public static void downwards(FloatArray y) {
        for (@Parallel
        int i = 63; i >= 0; i--) { // breaks
            y.set(i, i);
        }
    }

    @Breaks(Rule.PARALLEL_DOWNWARDS)
    public static void downwardsByAParameter(IntArray steps, FloatArray y) {
        for (@Parallel
        int i = 63; i >= 0; i = i - steps.get(0)) { // breaks
            y.set(i, i);
        }
    }

    public static void upwards(FloatArray y) {
        for (@Parallel
        int i = 4; i <= 63; i += 2) {
            y.set(63 - i, i);
        }
    }

    @Breaks(Rule.PARALLEL_TOO_DEEP)
    public static void fourDeep(FloatArray y) {
        for (@Parallel
        int i = 0; i < 2; i++) {
            for (@Parallel
            int j = 0; j < 2; j++) {
                for (@Parallel
                int k = 0; k < 2; k++) {
                    for (@Parallel
                    int l = 0; l < 2; l++) { // breaks
                        y.set(i + j + k + l, 1f);
                    }
                }
            }
        }
    }

    public static void threeDeep(FloatArray y) {
        for (@Parallel
        int i = 0; i < 2; i++) {
            for (@Parallel
            int j = 0; j < 2; j++) {
                for (@Parallel
                int k = 0; k < 2; k++) {
                    y.set(i + j + k, 1f);
                }
            }
        }
    }

    @Breaks(Rule.PARALLEL_WITH_CONTEXT)
    public static void parallelWithContext(KernelContext context, FloatArray y) {
        for (@Parallel
        int i = 0; i < 10; i++) { // breaks
            y.set(i, context.globalIdx);
        }
    }

    public static void contextAlone(KernelContext context, int n, FloatArray y) {
        int i = context.globalIdx;
        if (i < n) {
            y.set(i, i);
        }
    }

    @Breaks(Rule.LOOP_EXIT_VALUE)
    public static void breakAfterUpdate(FloatArray x, float limit, FloatArray y) {
        float found = -1f;
        for (int k = 0; k < 8; k++) {
            if (x.get(k) > limit) {
                found = x.get(k);
                break; // breaks
            }
        }
        y.set(0, found);
    }

    @Breaks(Rule.LOOP_EXIT_VALUE)
    public static void indexSearch(FloatArray x, float limit, IntArray y) {
        int found = -1;
        int k = 0;
        while (k < 8) {
            if (x.get(k) > limit) {
                found = k;
                break; // breaks
            }
            k++;
        }
        y.set(0, found);
    }

    @Breaks(Rule.LOOP_EXIT_VALUE)
    public static void breakOfTheOuterLoop(FloatArray x, float limit, IntArray y) {
        int seen = 0;
        outer : for (int row = 0; row < 8; row++) {
            for (int k = 0; k < 8; k++) {
                seen++;
                if (x.get(row * 8 + k) > limit) { // breaks
                    break outer; // breaks
                }
            }
        }
        y.set(0, seen);
    }

    @Breaks(Rule.LOOP_EXIT_VALUE)
    public static void returnFromAHelper(FloatArray x, IntArray y) {
        y.set(0, firstAbove(x, 1f));
    }

    private static int firstAbove(FloatArray x, float limit) {
        for (int k = 0; k < 8; k++) {
            if (x.get(k) > limit) {
                return k; // breaks
            }
        }
        return -1;
    }

    public static void endByTheBound(FloatArray x, float limit, FloatArray y) {
        int end = 8;
        float found = -1f;
        for (int k = 0; k < end; k++) {
            if (x.get(k) > limit) {
                found = x.get(k);
                end = 0;
            }
        }
        y.set(0, found);
    }

    public static void breakBeforeUpdate(FloatArray x, float limit, FloatArray y) {
        float sum = 0f;
        int k = 0;
        boolean done = false;
        while (k < 8 && !done) {
            sum += x.get(k);
            done = sum > limit;
            k++;
        }
        for (int i = 0; i < 8; i++) {
            if (x.get(i) > limit) {
                break;
            }
            sum += x.get(i);
        }
        y.set(0, sum + k);
    }

    public static void continuing(FloatArray x, FloatArray y) {
        float sum = 0f;
        for (int i = 0; i < 8; i++) {
            if (x.get(i) < 0f) {
                continue;
            }
            switch (i) {
                case 1 :
                    sum += 2f;
                    break;
                case 2 :
                    sum += 3f;
                    break;
                default :
                    sum += x.get(i);
            }
        }
        y.set(0, sum);
    }

    @Breaks(Rule.LOOP_CARRIED_COPY)
    public static void swap(int n, IntArray y) {
        int a = 1;
        int b = 2;
        for (int i = 0; i < n; i++) { // breaks
            int t = a;
            a = b;
            b = t;
        }
        y.set(0, a - b);
    }

    @Breaks(Rule.LOOP_CARRIED_COPY)
    public static void fibonacci(int n, IntArray y) {
        int a = 0;
        int b = 1;
        for (int i = 0; i < n; i++) { // breaks
            int sum = a + b;
            a = b;
            b = sum;
        }
        y.set(0, a);
    }

    @Breaks(Rule.LOOP_CARRIED_COPY)
    public static void delayLine(FloatArray x, int n, FloatArray y) {
        float before = 0f;
        float last = 0f;
        for (int i = 0; i < n; i++) { // breaks
            before = last;
            last = x.get(i);
        }
        y.set(0, before);
    }

    public static void onlineSoftmax(FloatArray x, int n, FloatArray y) {
        float maximum = -3e38f;
        float second = -3e38f;
        float sum = 0f;
        for (int i = 0; i < n; i++) {
            float score = x.get(i);
            float larger = Math.max(maximum, score);
            sum = sum * (maximum - larger) + score;
            maximum = larger;
            if (score > second) {
                second = score;
            }
        }
        y.set(0, sum + maximum + second);
    }

    @Breaks(Rule.LOOPS_IN_BRANCHES)
    public static void loopsInBranches(FloatArray x, FloatArray y) {
        y.set(0, sumOrProduct(x, 1));
    }

    private static float sumOrProduct(FloatArray x, int sum) {
        float result = 1f;
        if (sum == 1) {
            for (int i = 0; i < 8; i++) {
                result += x.get(i);
            }
        } else {
            for (int i = 0; i < 8; i++) { // breaks
                result *= x.get(i);
            }
        }
        return result;
    }

    public static void branchInALoop(FloatArray x, FloatArray y) {
        y.set(0, sumThenProduct(x, 1));
    }

    private static float sumThenProduct(FloatArray x, int sum) {
        float result = 0f;
        for (int i = 0; i < 8; i++) {
            result = sum == 1 ? result + x.get(i) : result * x.get(i);
        }
        for (int i = 0; i < 8; i++) {
            result *= x.get(i);
        }
        return result;
    }

    @Breaks(Rule.UNINITIALISED_ARRAY)
    public static void readBeforeWrite(FloatArray x, FloatArray y) {
        float[] sums = new float[4];
        for (int i = 0; i < 16; i++) {
            sums[i % 4] += x.get(i); // breaks
        }
        y.set(0, sums[0]);
    }

    @Breaks(Rule.UNINITIALISED_ARRAY)
    public static void readByAHelper(FloatArray y) {
        float[] sums = new float[4];
        y.set(0, first(sums)); // breaks
    }

    private static float first(float[] values) {
        return values[0];
    }

    public static void zeroedFirst(FloatArray x, FloatArray y) {
        float[] sums = new float[4];
        float[] filled = new float[4];
        float[] listed = {1f, 2f};
        for (int i = 0; i < 4; i++) {
            sums[i] = 0f;
        }
        for (int i = 0; i < 16; i++) {
            sums[i % 4] += x.get(i);
        }
        fill(filled);
        y.set(0, first(sums) + first(filled) + first(listed));
    }

    private static void fill(float[] values) {
        values[0] = 1f;
    }

    @Breaks(Rule.LOCAL_ARRAY_SIZE)
    public static void sizeOfTheGroup(KernelContext context, FloatArray y) {
        float[] tile = context.allocateFloatLocalArray(context.localGroupSizeX); // breaks
        tile[0] = 1f;
        y.set(0, tile[0]);
    }

    @Breaks(Rule.LOCAL_ARRAY_SIZE)
    public static void sizeFromAnArray(KernelContext context, IntArray sizes, FloatArray y) {
        int[] tile = context.allocateIntLocalArray(sizes.get(0)); // breaks
        tile[0] = 1;
        y.set(0, tile[0]);
    }

    public static void sizeOfParameters(KernelContext context, int n, FloatArray y) {
        float[] tile = context.allocateFloatLocalArray(n * 4 + 16);
        float[] more = context.allocateFloatLocalArray(64);
        tile[0] = 1f;
        more[0] = 1f;
        y.set(0, tile[0] + more[0]);
    }

    @Breaks(Rule.LOCAL_ARRAY_TO_HELPER)
    public static void localArrayToHelper(KernelContext context, FloatArray y) {
        float[] tile = context.allocateFloatLocalArray(64);
        tile[0] = 1f;
        y.set(0, first(tile)); // breaks
    }

    public static void localArrayInline(KernelContext context, FloatArray y) {
        float[] tile = context.allocateFloatLocalArray(64);
        tile[0] = 1f;
        y.set(0, tile[0]);
    }

    @Breaks(Rule.RETURN_BEFORE_BARRIER)
    public static void returnBeforeBarrier(KernelContext context, int n, FloatArray y) {
        if (context.globalIdx >= n) {
            return; // breaks
        }
        context.localBarrier();
        y.set(context.globalIdx, 1f);
    }

    public static void guardedBarrier(KernelContext context, int n, FloatArray y) {
        context.localBarrier();
        if (context.globalIdx >= n) {
            return;
        }
        y.set(context.globalIdx, 1f);
    }
}
