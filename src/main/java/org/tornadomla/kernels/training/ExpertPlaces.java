package org.tornadomla.kernels.training;

import org.tornadomla.kernels.ExpertGrouping;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rows sorted by expert. A device has room for so many pairs of a row and an expert: those with the lowest scores are
 * dropped, but for rows that never are. The rows of an expert begin at a multiple of 16.
 */
public final class ExpertPlaces {

    private ExpertPlaces() {
    }

    /**
     * Which pairs are computed, one a work-item. Of equal scores the earlier pair stays.
     *
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
    public static void keep(IntArray chosen, FloatArray scores, IntArray counts, IntArray sizes, int pairsAt, int topK,
            int each, int capacity, IntArray kept) {
        for (@Parallel
        int pair = 0; pair < sizes.get(pairsAt); pair++) {
            int rivals = sizes.get(pairsAt);
            if (capacity == 0) {
                rivals = 0;
            }
            int expert = chosen.get(pair);
            float score = scores.get(pair);
            int before = 0;
            for (int other = 0; other < rivals; other++) {
                int rival = chosen.get(other);
                if (rival >= 0 && rival / each == expert / each) {
                    float better = scores.get(other) - score;
                    if (better > 0f || better == 0f && other < pair) {
                        before += 1;
                    }
                }
            }
            int keeps = 0;
            if (expert >= 0 && (capacity == 0 || before < capacity || counts.get(pair / topK) == 2)) {
                keeps = 1;
            }
            kept.set(pair, keeps);
        }
    }

    /**
     * Rows that an expert computes, an expert a work-item.
     *
     * @param chosen    [rows, topK], expert or -1. Not modified
     * @param kept      [rows, topK], 1 for a pair that is computed. Not modified
     * @param sizes     the numbers of pairs and experts are at pairsAt and expertsAt. Not modified
     * @param pairsAt   index of the number of pairs in sizes
     * @param expertsAt index of the number of experts in sizes
     * @param loads     [experts]. Modified
     */
    public static void count(IntArray chosen, IntArray kept, IntArray sizes, int pairsAt, int expertsAt,
            IntArray loads) {
        for (@Parallel
        int expert = 0; expert < sizes.get(expertsAt); expert++) {
            int pairs = sizes.get(pairsAt);
            int count = 0;
            for (int pair = 0; pair < pairs; pair++) {
                if (chosen.get(pair) == expert) {
                    count += kept.get(pair);
                }
            }
            loads.set(expert, count);
        }
    }

    /**
     * Places of pairs, an expert a work-item; the last one also says that the places behind it are empty.
     *
     * @param chosen    [rows, topK], expert or -1. Not modified
     * @param kept      [rows, topK], 1 for a pair that is computed. Not modified
     * @param loads     [experts], rows that each computes. Not modified
     * @param sizes     the numbers of pairs and experts are at pairsAt and expertsAt. Not modified
     * @param pairsAt   index of the number of pairs in sizes
     * @param expertsAt index of the number of experts in sizes
     * @param places    number of places, at least pairs + 15 experts
     * @param groups    the number of experts, then their records, see {@link ExpertGrouping}. Modified
     * @param pairOf    [places], the pair at a place, or -1. Modified
     * @param placeOf   [rows, topK], the place of a pair; what it holds for one that is dropped has no meaning.
     *                      Modified
     */
    public static void sort(IntArray chosen, IntArray kept, IntArray loads, IntArray sizes, int pairsAt, int expertsAt,
            int places, IntArray groups, IntArray pairOf, IntArray placeOf) {
        for (@Parallel
        int expert = 0; expert < sizes.get(expertsAt); expert++) {
            int pairs = sizes.get(pairsAt);
            int experts = sizes.get(expertsAt);
            int begin = 0;
            for (int e = 0; e < expert; e++) {
                begin += (loads.get(e) + 15) / 16 * 16;
            }
            int end = begin + (loads.get(expert) + 15) / 16 * 16;
            if (expert == experts - 1) {
                end = places;
                groups.set(ExpertGrouping.ACTIVE, experts);
            }
            int record = ExpertGrouping.RECORDS + expert * ExpertGrouping.RECORD;
            groups.set(record, expert);
            groups.set(record + 1, begin);
            groups.set(record + 2, begin + loads.get(expert));
            for (int place = begin; place < end; place++) {
                pairOf.set(place, -1);
            }
            int next = begin;
            for (int pair = 0; pair < pairs; pair++) {
                if (chosen.get(pair) == expert && kept.get(pair) == 1) {
                    pairOf.set(next, pair);
                    placeOf.set(pair, next);
                    next += 1;
                }
            }
        }
    }
}
