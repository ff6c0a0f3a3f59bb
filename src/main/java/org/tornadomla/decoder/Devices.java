package org.tornadomla.decoder;

import java.util.ArrayList;
import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.layers.KernelFamily;
import org.tornadomla.layers.LayerDivision;
import org.tornadomla.layers.LayerRange;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.weights.FormatChoice;

/** The devices that the layers of a model are divided among, in the order in which a token passes them. */
final class Devices {

    private final List<Target> targets;

    /** @throws ConfigurationException when there is none, or when they are of different engines */
    Devices(List<Target> targets) {
        this.targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new ConfigurationException("targets is empty, it needs at least one device");
        }
        for (Target target : targets) {
            if (target.engine() != first().engine()) {
                throw new ConfigurationException("layers cannot be divided among devices of different engines, "
                        + first() + " and " + target + "; name devices of one engine");
            }
        }
    }

    Target first() {
        return targets.getFirst();
    }

    /** Bytes of the largest buffer that each of them takes. */
    long bufferBytes(DecoderOptions options) {
        return Math.min(options.bufferBytes(),
                targets.stream().mapToLong(target -> target.limits().bufferBytes()).min().orElseThrow());
    }

    /**
     * Refuses devices that would copy weights which are mapped from the disk to memory of their own.
     *
     * @throws ConfigurationException naming the first of them
     */
    void requireHostMemory() {
        for (Target target : targets) {
            if (!target.computesInHostMemory()) {
                throw new ConfigurationException("weights can be mapped only where the device computes in the host's"
                        + " memory, but those of " + target + " would all be copied to memory of its own;"
                        + " use engine jvm, an OpenCL device of the CPU, or weights in memory (--experts memory)");
            }
        }
    }

    /**
     * The kernels of all of them.
     *
     * @throws org.tornadomla.error.DeviceException when one refuses, or fails its self-test
     * @throws ConfigurationException               when they are of different kinds
     */
    KernelFamily family(FormatChoice weights, CacheType cache) {
        KernelFamily family = SelfTest.require(first(), weights, cache);
        for (Target target : targets) {
            KernelFamily own = SelfTest.require(target, weights, cache);
            if (!own.equals(family)) {
                throw new ConfigurationException("layers cannot be divided between " + first() + " with kernels for "
                        + family.name() + " and " + target + " with kernels for " + own.name()
                        + "; name devices of one kind, or set the property " + Target.CORES + " to few");
            }
        }
        return family;
    }

    /** Which of them computes which layers. */
    List<DecoderPlan.Placing> placing(LayerDivision division) {
        List<LayerRange> ranges = division
                .among(targets.stream().map(target -> target.limits().memoryBytes()).toList());
        List<DecoderPlan.Placing> placing = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            placing.add(new DecoderPlan.Placing(ranges.get(i), targets.get(i)));
        }
        return placing;
    }
}
