package org.tornadomla.kernels.training;

import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.Groups;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@link ExpertPlaces} for many cores: a group takes an expert, its work-items share the pairs. */
public final class GroupExpertPlaces {

    private GroupExpertPlaces() {
    }

    /**
     * Which pairs are computed, one a work-item. Of equal scores the earlier pair stays.
     *
     * @param context  any groups
     * @param chosen   [rows, topK], expert or -1. Not modified
     * @param scores   [rows, topK] floats. Not modified
     * @param counts   [rows], 2 for a row that is never dropped. Not modified
     * @param sizes    the number of pairs is at pairsAt. Not modified
     * @param pairsAt  index of the number of pairs in sizes
     * @param topK     experts that a row takes
     * @param each     experts of a device
     * @param capacity pairs that a device has room for; 0 for any number, which takes no look at others
     * @param kept     [rows, topK], 1 for a pair that is computed. Modified
     */
    public static void keep(KernelContext context, IntArray chosen, FloatArray scores, IntArray counts, IntArray sizes,
            int pairsAt, int topK, int each, int capacity, IntArray kept) {
        int pairs = sizes.get(pairsAt);
        int items = context.globalGroupSizeX;
        int rivals = pairs * Math.min(1, capacity);
        // A float: TornadoVM's SPIR-V takes the type of a condition from what it chooses.
        float room = Math.max(1, capacity) - 0.5f;
        for (int pair = context.globalIdx; pair < pairs; pair += items) {
            int expert = chosen.get(pair);
            float score = scores.get(pair);
            float before = 0f;
            // Two loops: a condition on the numbers of pairs would choose a float by ints.
            for (int other = 0; other < Math.min(pair, rivals); other++) {
                int rival = chosen.get(other);
                if (rival >= 0) {
                    if (rival / each == expert / each) {
                        if (scores.get(other) > score) {
                            before += 1f;
                        }
                        if (scores.get(other) == score) {
                            before += 1f;
                        }
                    }
                }
            }
            for (int other = pair + 1; other < rivals; other++) {
                int rival = chosen.get(other);
                if (rival >= 0) {
                    if (rival / each == expert / each) {
                        if (scores.get(other) > score) {
                            before += 1f;
                        }
                    }
                }
            }
            float keeps = 0f;
            if (before < room) {
                keeps = 1f;
            }
            int spared = Math.max(0, counts.get(pair / topK) - 1);
            kept.set(pair, Math.min(expert + 1, Math.min(1, Math.max((int) keeps, spared))));
        }
    }

    /**
     * Rows that an expert computes.
     *
     * @param context   groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param chosen    [rows, topK], expert or -1. Not modified
     * @param kept      [rows, topK], 1 for a pair that is computed. Not modified
     * @param sizes     the numbers of pairs and experts are at pairsAt and expertsAt. Not modified
     * @param pairsAt   index of the number of pairs in sizes
     * @param expertsAt index of the number of experts in sizes
     * @param loads     [experts]. Modified
     */
    public static void count(KernelContext context, IntArray chosen, IntArray kept, IntArray sizes, int pairsAt,
            int expertsAt, IntArray loads) {
        int[] counts = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int pairs = sizes.get(pairsAt);
        int experts = sizes.get(expertsAt);
        for (int expert = context.groupIdx; expert < experts; expert += groups) {
            int count = 0;
            for (int pair = item; pair < pairs; pair += items) {
                if (chosen.get(pair) == expert) {
                    count += kept.get(pair);
                }
            }
            counts[item] = count;
            context.localBarrier();
            for (int left = items; left > 1; left = (left + 1) / 2) {
                if (item < left / 2) {
                    counts[item] += counts[item + (left + 1) / 2];
                }
                context.localBarrier();
            }
            if (item == 0) {
                loads.set(expert, counts[0]);
            }
        }
    }

    /**
     * Places of pairs. A work-item takes pairs behind those of the one before, so that their order stays; the group of
     * the last expert also says that the places behind it are empty.
     *
     * @param context   groups of at most {@link Groups#MOST_ITEMS} work-items
     * @param chosen    [rows, topK], expert or -1. Not modified
     * @param kept      [rows, topK], 1 for a pair that is computed. Not modified
     * @param loads     [experts], rows that each computes. Not modified
     * @param sizes     the numbers of pairs and experts are at pairsAt and expertsAt. Not modified
     * @param pairsAt   index of the number of pairs in sizes
     * @param expertsAt index of the number of experts in sizes
     * @param places    number of places, at least pairs + 15 experts
     * @param grouping  the number of experts, then their records, see {@link ExpertGrouping}. Modified
     * @param pairOf    [places], the pair at a place, or -1. Modified
     * @param placeOf   [rows, topK], the place of a pair; what it holds for one that is dropped has no meaning.
     *                      Modified
     */
    public static void sort(KernelContext context, IntArray chosen, IntArray kept, IntArray loads, IntArray sizes,
            int pairsAt, int expertsAt, int places, IntArray grouping, IntArray pairOf, IntArray placeOf) {
        int[] counts = context.allocateIntLocalArray(Groups.MOST_ITEMS);
        int item = context.localIdx;
        int items = context.localGroupSizeX;
        int groups = Groups.quotient(context.globalGroupSizeX, items);
        int pairs = sizes.get(pairsAt);
        int experts = sizes.get(expertsAt);
        int share = Groups.quotient(pairs + items - 1, items);
        int from = Math.min(pairs, item * share);
        int to = Math.min(pairs, from + share);
        for (int expert = context.groupIdx; expert < experts; expert += groups) {
            int begin = 0;
            for (int e = 0; e < expert; e++) {
                begin += (loads.get(e) + 15) / 16 * 16;
            }
            int end = begin + loads.get(expert);
            int count = 0;
            for (int pair = from; pair < to; pair++) {
                if (chosen.get(pair) == expert) {
                    count += kept.get(pair);
                }
            }
            counts[item] = count;
            context.localBarrier();
            int next = begin;
            for (int other = 0; other < item; other++) {
                next += counts[other];
            }
            for (int pair = from; pair < to; pair++) {
                if (chosen.get(pair) == expert) {
                    if (kept.get(pair) == 1) {
                        pairOf.set(next, pair);
                        placeOf.set(pair, next);
                        next += 1;
                    }
                }
            }
            int empty = begin + (end - begin + 15) / 16 * 16;
            if (expert == experts - 1) {
                empty = places;
            }
            for (int place = end + item; place < empty; place += items) {
                pairOf.set(place, -1);
            }
            if (item == 0) {
                int record = ExpertGrouping.RECORDS + expert * ExpertGrouping.RECORD;
                grouping.set(record, expert);
                grouping.set(record + 1, begin);
                grouping.set(record + 2, end);
                if (expert == experts - 1) {
                    grouping.set(ExpertGrouping.ACTIVE, experts);
                }
            }
            context.localBarrier();
        }
    }
}
