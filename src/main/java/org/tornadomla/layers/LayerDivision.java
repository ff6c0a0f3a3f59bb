package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.tornadomla.config.AttentionBlock;
import org.tornadomla.config.Block;
import org.tornadomla.config.Layer;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.weights.FormatChoice;

/**
 * Divides the layers of a model among devices: each gets some that follow each other, so that what passes between
 * devices is one row a token. The device that is fullest, by its own memory, is as empty as it can be.
 */
public final class LayerDivision {

    private final long[] bytes;
    private final boolean[] begins;

    /**
     * What is to be divided.
     *
     * @param formats    number format of the matrices that are multiplied with
     * @param ways       the ways of attending that the plans have
     * @param cacheBytes of the latent cache, all layers together
     */
    public LayerDivision(ModelConfig model, KernelFamily family, FormatChoice formats, Set<Attending> ways,
            long cacheBytes) {
        int layers = model.layers().size();
        this.bytes = new long[layers];
        this.begins = new boolean[layers];
        List<LayerBytes> own = LayerBytes.of(model, family, formats, ways);
        int pools = Math.max(1, model.pools() + model.indexPools());
        for (int index = 0; index < layers; index++) {
            Layer layer = model.layers().get(index);
            int taken = layer.blocks().stream().mapToInt(block -> block.pools() + block.indexPools()).sum();
            bytes[index] = own.get(index).all() + cacheBytes / pools * taken;
            begins[index] = index == 0 || !takesChosenKeys(layer);
        }
        long table = DecoderWeights.tableBytes(model, family, formats);
        bytes[0] += table;
        bytes[layers - 1] += DecoderWeights.bytes(model, family, formats, ways) - table
                - own.stream().mapToLong(LayerBytes::all).sum();
    }

    /** Whether a layer reads what the indexer of an earlier one chose, which is on that one's device. */
    private static boolean takesChosenKeys(Layer layer) {
        Stream<Block> blocks = layer.blocks().stream().flatMap(Block::parts);
        return blocks.filter(AttentionBlock.class::isInstance).map(AttentionBlock.class::cast)
                .anyMatch(block -> block.config().indexer().filter(indexer -> indexer.shared()).isPresent());
    }

    /** Bytes that some layers take with what stands at the ends of the model. */
    public long bytes(LayerRange range) {
        return Arrays.stream(bytes, range.from(), range.to()).sum();
    }

    /**
     * The layers of each device.
     *
     * @param memories bytes of each device's memory, in the order in which a token passes them
     * @return one range a device
     * @throws ConfigurationException when there are more devices than layers that a device can begin with
     */
    public List<LayerRange> among(List<Long> memories) {
        int layers = bytes.length;
        int most = 0;
        for (boolean begin : begins) {
            most += begin ? 1 : 0;
        }
        if (memories.isEmpty() || memories.size() > most) {
            throw new ConfigurationException("the model's " + layers + " layers can be divided among 1 to " + most
                    + " devices" + (most < layers ? ", since some take the keys that the layer before chose" : "")
                    + ", and " + memories.size() + " are given; name fewer devices");
        }
        int[][] starts = new int[memories.size()][layers + 1];
        double[] fullest = new double[layers + 1];
        Arrays.fill(fullest, Double.POSITIVE_INFINITY);
        fullest[0] = 0;
        for (int device = 0; device < memories.size(); device++) {
            fullest = append(fullest, memories.get(device), starts[device]);
        }
        return ranges(starts);
    }

    /**
     * How full the fullest device is at best when the first layers up to each one are on the devices before and on one
     * more.
     *
     * @param before [layers + 1] the same without that device
     * @param starts [layers + 1] gets the first layer of that device
     */
    private double[] append(double[] before, long memory, int... starts) {
        double[] after = new double[before.length];
        Arrays.fill(after, Double.POSITIVE_INFINITY);
        for (int to = 1; to < before.length; to++) {
            double share = 0;
            for (int from = to - 1; from >= 0; from--) {
                share += bytes[from] / (double) Math.max(1, memory);
                double full = Math.max(before[from], share);
                if (begins[from] && full < after[to]) {
                    after[to] = full;
                    starts[to] = from;
                }
            }
        }
        return after;
    }

    private List<LayerRange> ranges(int[][] starts) {
        List<LayerRange> ranges = new ArrayList<>();
        int to = bytes.length;
        for (int device = starts.length - 1; device >= 0; device--) {
            int from = starts[device][to];
            ranges.addFirst(new LayerRange(from, to, bytes.length));
            to = from;
        }
        return ranges;
    }

    /**
     * How many devices of one memory hold all layers.
     *
     * @param memory bytes of each
     * @return 0 where no number of them does, since a layer alone is too large
     */
    public int devices(long memory) {
        int devices = 0;
        int from = 0;
        while (from < bytes.length) {
            int to = from;
            long room = memory;
            int end = from;
            while (to < bytes.length && bytes[to] <= room) {
                room -= bytes[to++];
                if (to == bytes.length || begins[to]) {
                    end = to;
                }
            }
            if (end == from) {
                return 0;
            }
            devices++;
            from = end;
        }
        return devices;
    }
}
