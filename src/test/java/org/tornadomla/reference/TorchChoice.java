package org.tornadomla.reference;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Chooses as {@code torch.topk} does on a CPU, also among equals: quick selection with the median of three on all keys
 * of the call, hidden ones being lowest, and insertion for the last three. It depends on how many keys there are in a
 * call, so a text that comes in chunks has other choices; that is why it is no rule for a device.
 */
public final class TorchChoice implements KeyChoice {

    private double[] scores;
    private int[] order;

    @Override
    public int[] best(double[] seen, int keys, int most) {
        scores = Arrays.copyOf(seen, keys);
        Arrays.fill(scores, seen.length, keys, Double.NEGATIVE_INFINITY);
        order = IntStream.range(0, keys).toArray();
        int count = Math.min(keys, most);
        int first = 0;
        int last = keys;
        while (last - first > 3) {
            int cut = part(first, last);
            if (cut <= count - 1) {
                first = cut;
            } else {
                last = cut;
            }
        }
        for (int i = first + 1; i < last; i++) {
            for (int j = i; j > first && at(j) > at(j - 1); j--) {
                swap(j, j - 1);
            }
        }
        return Arrays.stream(order).limit(count).filter(key -> key < seen.length).toArray();
    }

    private double at(int place) {
        return scores[order[place]];
    }

    private void swap(int left, int right) {
        int moved = order[left];
        order[left] = order[right];
        order[right] = moved;
    }

    /** Parts a range by the median of its second, middle and last; where the second part begins. */
    private int part(int first, int last) {
        swap(first, median(first + 1, first + (last - first) / 2, last - 1));
        double pivot = at(first);
        int low = first + 1;
        int high = last;
        while (true) {
            while (at(low) > pivot) {
                low++;
            }
            high--;
            while (pivot > at(high)) {
                high--;
            }
            if (low >= high) {
                return low;
            }
            swap(low, high);
            low++;
        }
    }

    private int median(int a, int b, int c) {
        if (at(a) > at(b)) {
            return at(b) > at(c) ? b : at(a) > at(c) ? c : a;
        }
        return at(a) > at(c) ? a : at(b) > at(c) ? c : b;
    }
}
