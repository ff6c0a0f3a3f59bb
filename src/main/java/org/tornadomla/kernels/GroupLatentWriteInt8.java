package org.tornadomla.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Writes rows of {@link Int8Rows} for many cores, a group a row; see {@link LatentWriteInt8}. */
public final class GroupLatentWriteInt8 {

    private GroupLatentWriteInt8() {
    }

    /**
     * Writes the rows that the write records name: of new tokens, or copies of other rows. The work-items first leave
     * the row's rotary key and scales to each other, and then each makes some ints of the row.
     *
     * @param context  groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param kv       [context tokens, kvStride] floats, as {@link GroupPool#write} reads them. Not modified
     * @param norm     [latent + 1] floats: weights of the latent's norm, and what it adds to the mean square. Not
     *                     modified
     * @param angles   [positions, rope] floats, as {@link Turns} reads them. Not modified
     * @param step     write records. Not modified
     * @param latent   floats of a latent
     * @param rope     floats of a rotary key
     * @param kvStride floats between rows of kv
     * @param flags    of {@link GroupPool}, added to the rotary layout
     * @param pool     [slots, ints of a row] rows. Rows named by the write records are modified
     */
    public static void rows(KernelContext context, FloatArray kv, FloatArray norm, FloatArray angles, IntArray step,
            int latent, int rope, int kvStride, int flags, IntArray pool) {
        float[] near = context.allocateFloatLocalArray(Groups.MOST_ITEMS);
        // Bits of the row's Bf16 numbers, in the order of their places: rotary key and scales, each padded.
        float[] narrow = context.allocateFloatLocalArray(((rope + Lanes.WIDTH - 1) / Lanes.WIDTH
                + (latent + Int8Rows.BLOCK * Lanes.WIDTH - 1) / (Int8Rows.BLOCK * Lanes.WIDTH) + 1) / 2 * Bf16.NUMBERS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int teams = Groups.quotient(context.globalGroupSizeX, items);
        int writes = step.get(StepLayout.WRITES);
        int words = GroupInt8Rows.words(latent, rope);
        int latentWords = GroupInt8Rows.latentWords(latent);
        int blocks = latentWords / Lanes.WIDTH;
        int scalesAt = Groups.padded(rope);
        int places = (words - latentWords) * Bf16.PACKED - scalesAt;
        for (int write = context.groupIdx; write < writes; write += teams) {
            near[item] = GroupPool.squares(kv, step, write, kvStride, latent, rope, item, items);
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    near[item] += near[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            int record = GroupPool.record(step, write);
            int to = step.get(record + StepLayout.WRITE_SLOT) * words;
            int source = step.get(record + StepLayout.WRITE_SOURCE);
            int position = step.get(record + StepLayout.WRITE_POSITION);
            int from = GroupPool.latentAt(step, record, kvStride, latent, rope);
            float scale = 1f;
            if ((flags & GroupPool.NORMALISE) != 0) {
                scale = 1f / TornadoMath.sqrt(near[0] / latent + norm.get(latent));
            }
            // No conditions: in some sizes they would always hold, which TornadoVM finds out too late to compile them.
            // What is not wanted is taken away from the bits, where NaN times 0 is 0.
            for (int place = item; place < scalesAt; place += items) {
                int isKey = Math.min(1, Math.max(0, rope - place));
                narrow[place] = isKey * Bf16.rounded(Turns.element(kv, from + latent, angles, position, rope,
                        GroupPool.layout(flags), Math.min(place, rope - 1)));
            }
            for (int place = item; place < places; place += items) {
                int isScale = Math.min(1, Math.max(0, blocks - place));
                narrow[scalesAt + place] = isScale * Bf16.rounded(
                        GroupInt8Rows.scale(kv, from, norm, flags, scale, Math.min(place, blocks - 1), latent));
            }
            context.localBarrier();
            for (int e = item; e < words; e += items) {
                int word = 0;
                if (source < 0) {
                    word = pool.get((-1 - source) * words + e);
                } else if (e < latentWords) {
                    int block = e / Lanes.WIDTH;
                    float inverse = Int8Rows.inverse(Bf16.lower((int) narrow[scalesAt + block]));
                    for (int part = 0; part < Int8.PACKED; part++) {
                        int element = block * Int8Rows.BLOCK + part * Lanes.WIDTH + e % Lanes.WIDTH;
                        float number = GroupInt8Rows.latent(kv, from, norm, flags, scale, element, latent) * inverse;
                        word |= (Int8Rows.nearest(number) & 255) << part * Byte.SIZE;
                    }
                } else {
                    int place = Groups.lower(e - latentWords);
                    word = (int) narrow[place] | (int) narrow[place + Lanes.WIDTH] << Short.SIZE;
                }
                pool.set(to + e, word);
            }
        }
    }
}
