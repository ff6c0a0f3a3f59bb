package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.tornadomla.config.MoeConfig;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.kernels.ExpertGrouping;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Counts which experts tokens choose. Each mixture has its plan of {@link ExpertGrouping} to itself then, from which
 * the host counts after a round: no step is added, and products are told of the same experts as ever.
 */
public final class ExpertLoads {

    /** Of one mixture. */
    private static final class Counted {

        private final IntArray grouping;
        private final long[] tokens;
        private long rounds;
        private long read;

        private Counted(IntArray grouping, int choices) {
            this.grouping = grouping;
            this.tokens = new long[choices];
        }
    }

    /**
     * What was counted of a mixture.
     *
     * @param layer  label of its layer
     * @param tokens [routed experts] tokens that chose each, those that pass their input on included
     * @param rounds that it took part in
     * @param read   experts whose weights these rounds read, shared ones included
     */
    public record Load(String layer, long[] tokens, long rounds, long read) {
    }

    private final Buffers buffers;
    private final Map<String, Counted> layers = new LinkedHashMap<>();

    /** @param buffers where plans of groups are registered */
    public ExpertLoads(Buffers buffers) {
        this.buffers = buffers;
    }

    /** The plan of a mixture; a layer has one, however many of its blocks have a part in it. */
    IntArray grouping(String label, MoeConfig config, int tokens) {
        String layer = label.replaceFirst("_.*", "");
        return layers.computeIfAbsent(layer, name -> {
            int rows = Math.multiplyExact(tokens, MixtureKind.expertsPerToken(config));
            IntArray grouping = new IntArray(ExpertGrouping.length(config.choices() + config.nSharedExperts(), rows));
            return new Counted(buffers.add("grouping_" + name, Role.STATE, grouping), config.choices());
        }).grouping;
    }

    /** The plans, which a round leaves on the device. */
    public List<Object> arrays() {
        return new ArrayList<>(layers.values().stream().map(counted -> counted.grouping).toList());
    }

    /** Counts what the plans say that came to the host. */
    public void count() {
        layers.values().forEach(counted -> {
            int active = counted.grouping.get(ExpertGrouping.ACTIVE);
            for (int i = 0; i < active; i++) {
                int record = ExpertGrouping.RECORDS + i * ExpertGrouping.RECORD;
                int expert = counted.grouping.get(record);
                if (expert < counted.tokens.length) {
                    counted.tokens[expert] += counted.grouping.get(record + 2) - counted.grouping.get(record + 1);
                }
            }
            counted.rounds += active > 0 ? 1 : 0;
            counted.read += active;
        });
    }

    /** What was counted so far, in the order of layers. */
    public List<Load> loads() {
        return layers.entrySet().stream().map(entry -> new Load(entry.getKey(), entry.getValue().tokens.clone(),
                entry.getValue().rounds, entry.getValue().read)).toList();
    }
}
