package org.tornadomla.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.tornadomla.error.ConfigurationException;

/** Weights under construction: blocks add theirs under names that start with the list's prefix. */
public final class WeightList {

    private final Map<String, Weight> weights;
    private final String prefix;

    /** A list of its own, whose names have no prefix. */
    public WeightList() {
        this(new LinkedHashMap<>(), "");
    }

    private WeightList(Map<String, Weight> weights, String prefix) {
        this.weights = weights;
        this.prefix = prefix;
    }

    /**
     * The same list, for names that go on behind a prefix.
     *
     * @param more what stands before each name, as {@code "self_attn."}
     * @return a view of this list
     */
    public WeightList under(String more) {
        return new WeightList(weights, prefix + more);
    }

    /**
     * Adds a weight.
     *
     * @param name  its name behind the prefix
     * @param part  what it is for
     * @param shape [out, in], or [width] of a vector
     * @return this list
     * @throws ConfigurationException when there is a weight of that name already
     */
    public WeightList add(String name, WeightPart part, long... shape) {
        String full = prefix + name;
        List<Long> sizes = LongStream.of(shape).boxed().toList();
        if (weights.put(full, new Weight(full, part, sizes)) != null) {
            throw new ConfigurationException("two blocks of the model have a weight " + full);
        }
        return this;
    }

    /**
     * Adds a weight that only some models have.
     *
     * @param present whether this one has it
     * @param name    its name behind the prefix
     * @param part    what it is for
     * @param shape   [out, in], or [width] of a vector
     * @return this list
     */
    public WeightList addIf(boolean present, String name, WeightPart part, long... shape) {
        return present ? add(name, part, shape) : this;
    }

    /**
     * What was added, whatever the prefix.
     *
     * @return by name, in the order of addition
     */
    public Map<String, Weight> weights() {
        return weights;
    }
}
