package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The way of attended latents to values of {@link GroupValueUp} with weights of 8-bit whole numbers times a scale. */
public final class GroupValueUpInt8 {

    private GroupValueUpInt8() {
    }

    /**
     * Computes {@code y[t, h, n] = sum over i of x[t, h, i] W[h, nope + n, i]}, x being what the ranges of keys give
     * together.
     *
     * @param context      groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param partial      [units, heads, latent] floats, and from statisticsAt on [units, heads, 2], as
     *                         {@link GroupLatentAttention} leaves them. Not modified
     * @param w            [heads, nope + value, ceil(latent / 4)] ints of four numbers, the first in the lowest byte;
     *                         without least values each is stored 128 too large. Not modified
     * @param scales       [heads, nope + value, ceil(latent / scaled)] floats, with least values two beside each other:
     *                         scale and least value. Not modified
     * @param scaled       inputs of an output that share a scale, a multiple of 4
     * @param least        1 where a least value is taken off each scaled number
     * @param step         counts. Not modified
     * @param maxSplits    most ranges of a token
     * @param heads        number of heads
     * @param outputs      rows of a head that are multiplied with
     * @param headRows     rows of a head in w
     * @param rowAt        the first row of a head that is multiplied with
     * @param latent       numbers of a row of w
     * @param statisticsAt where the statistics begin in partial
     * @param yStride      floats between rows of y
     * @param y            [tokens, yStride] floats, a row of heads of outputs. Modified
     */
    public static void rows(KernelContext context, FloatArray partial, IntArray w, FloatArray scales, int scaled,
            int least, IntArray step, int maxSplits, int heads, int outputs, int headRows, int rowAt, int latent,
            int statisticsAt, int yStride, FloatArray y) {
        float[] weights = context.allocateFloatLocalArray(maxSplits);
        float[] merged = context.allocateFloatLocalArray((latent + 7) / 8 * 8);
        float[] near = context.allocateFloatLocalArray(GroupRows.OUTPUTS * Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int words = (latent + 3) / 4;
        int parts = (latent + scaled - 1) / scaled;
        int splits = step.get(StepLayout.SPLITS);
        int pieces = (outputs + GroupMerge.OUTPUTS - 1) / GroupMerge.OUTPUTS;
        int all = step.get(StepLayout.TOKENS) * heads * pieces;
        for (int unit = context.groupIdx; unit < all; unit += teams) {
            int tokenHead = unit / pieces;
            int token = tokenHead / heads;
            int head = tokenHead - token * heads;
            int first = token * splits * heads + head;
            float largest = GroupMerge.largest(partial, statisticsAt + 2 * first, heads, splits);
            for (int s = item; s < splits; s += items) {
                weights[s] = GroupMerge.weight(partial, statisticsAt + 2 * (first + s * heads), largest);
            }
            context.localBarrier();
            float total = 0f;
            for (int s = 0; s < splits; s++) {
                total += weights[s] * partial.get(statisticsAt + 2 * (first + s * heads) + 1);
            }
            for (int column = item; column < (latent + 7) / 8 * 8; column += items) {
                float sum = 0f;
                for (int s = 0; s < splits; s++) {
                    sum += weights[s] * partial.get((first + s * heads) * latent + Math.min(column, latent - 1));
                }
                merged[column] = GroupMerge.share(sum, total, latent - column);
            }
            context.localBarrier();
            int row = head * headRows + rowAt;
            int begin = (unit - tokenHead * pieces) * GroupMerge.OUTPUTS;
            int end = Math.min(outputs, begin + GroupMerge.OUTPUTS);
            for (int output = begin; output < end; output += GroupRows.OUTPUTS) {
                int n0 = row + output;
                int n1 = row + Math.min(output + 1, outputs - 1);
                int n2 = row + Math.min(output + 2, outputs - 1);
                int n3 = row + Math.min(output + 3, outputs - 1);
                float a = 0f;
                float b = 0f;
                float c = 0f;
                float d = 0f;
                for (int i = item; i < words; i += items) {
                    int w0 = w.get(n0 * words + i);
                    int w1 = w.get(n1 * words + i);
                    int w2 = w.get(n2 * words + i);
                    int w3 = w.get(n3 * words + i);
                    float aa = 0f;
                    float bb = 0f;
                    float cc = 0f;
                    float dd = 0f;
                    float s0 = merged[4 * i];
                    aa += GroupRows.byteOf(w0, 0, least) * s0;
                    bb += GroupRows.byteOf(w1, 0, least) * s0;
                    cc += GroupRows.byteOf(w2, 0, least) * s0;
                    dd += GroupRows.byteOf(w3, 0, least) * s0;
                    float s1 = merged[4 * i + 1];
                    aa += GroupRows.byteOf(w0, 8, least) * s1;
                    bb += GroupRows.byteOf(w1, 8, least) * s1;
                    cc += GroupRows.byteOf(w2, 8, least) * s1;
                    dd += GroupRows.byteOf(w3, 8, least) * s1;
                    float s2 = merged[4 * i + 2];
                    aa += GroupRows.byteOf(w0, 16, least) * s2;
                    bb += GroupRows.byteOf(w1, 16, least) * s2;
                    cc += GroupRows.byteOf(w2, 16, least) * s2;
                    dd += GroupRows.byteOf(w3, 16, least) * s2;
                    float s3 = merged[4 * i + 3];
                    aa += GroupRows.byteOf(w0, 24, least) * s3;
                    bb += GroupRows.byteOf(w1, 24, least) * s3;
                    cc += GroupRows.byteOf(w2, 24, least) * s3;
                    dd += GroupRows.byteOf(w3, 24, least) * s3;
                    int part = 4 * i / scaled;
                    float plain = s0 + s1 + s2 + s3;
                    a += GroupRows.scaled(aa, plain, scales, n0 * parts + part, least);
                    b += GroupRows.scaled(bb, plain, scales, n1 * parts + part, least);
                    c += GroupRows.scaled(cc, plain, scales, n2 * parts + part, least);
                    d += GroupRows.scaled(dd, plain, scales, n3 * parts + part, least);
                }
                near[item] = a;
                near[Groups.MOST_ITEMS + item] = b;
                near[2 * Groups.MOST_ITEMS + item] = c;
                near[3 * Groups.MOST_ITEMS + item] = d;
                context.localBarrier();
                for (int n = items; n > 1; n = (n + 1) / 2) {
                    int half = (n + 1) / 2;
                    if (item < n - half) {
                        for (int sum = 0; sum < GroupRows.OUTPUTS * Groups.MOST_ITEMS; sum += Groups.MOST_ITEMS) {
                            near[sum + item] = near[sum + item] + near[sum + item + half];
                        }
                    }
                    context.localBarrier();
                }
                for (int o = item; o < GroupRows.OUTPUTS; o += items) {
                    GroupRows.within(y, token * yStride + head * outputs, output + o, outputs,
                            near[o * Groups.MOST_ITEMS]);
                }
                context.localBarrier();
            }
        }
    }
}
