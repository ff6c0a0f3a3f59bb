package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;

/**
 * In which number formats a layer holds its experts: a file may store routed and shared ones in different ones, and the
 * two projections of an expert.
 *
 * @param routedIn  gate and up of routed experts
 * @param routedOut down of routed experts
 * @param sharedIn  gate and up of shared experts
 * @param sharedOut down of shared experts
 */
record ExpertFormats(NumberFormat routedIn, NumberFormat routedOut, NumberFormat sharedIn, NumberFormat sharedOut) {

    static ExpertFormats of(MixtureBlock block, FormatChoice formats) {
        MoeConfig config = block.config();
        String[] in = IntStream.range(0, config.nRoutedExperts()).mapToObj(MixtureBlock::expertPrefix)
                .flatMap(prefix -> Stream.of(prefix + Projections.GATE, prefix + Projections.UP))
                .toArray(String[]::new);
        String[] out = IntStream.range(0, config.nRoutedExperts()).mapToObj(MixtureBlock::expertPrefix)
                .map(prefix -> prefix + Projections.DOWN).toArray(String[]::new);
        NumberFormat routedIn = formats.of(in);
        NumberFormat routedOut = formats.of(out);
        if (config.nSharedExperts() == 0) {
            return new ExpertFormats(routedIn, routedOut, routedIn, routedOut);
        }
        FormatChoice shared = formats.under(MixtureBlock.SHARED);
        // A shared expert is a part of a row.
        int piece = shared.of(Projections.DOWN).piece();
        boolean torn = config.nSharedExperts() > 1 && config.moeIntermediateSize() % piece != 0;
        return new ExpertFormats(routedIn, routedOut, shared.of(Projections.GATE, Projections.UP),
                (torn ? shared.apart() : shared).of(Projections.DOWN));
    }

    private boolean areTheSame() {
        return routedIn.equals(sharedIn) && routedOut.equals(sharedOut);
    }

    /** Bytes of all experts. */
    long bytes(FeedForwardShape shape, KernelFamily family, MoeConfig config) {
        return shape.bytes(family, routedIn, routedOut, config.nRoutedExperts()) + sharedBytes(shape, family, config);
    }

    /** Bytes of the shared experts. */
    long sharedBytes(FeedForwardShape shape, KernelFamily family, MoeConfig config) {
        return config.nSharedExperts() == 0 ? 0 : shape.bytes(family, sharedIn, sharedOut, config.nSharedExperts());
    }

    /**
     * Room for all experts, in as few parts as possible.
     *
     * @throws org.tornadomla.error.ShapeException when one expert does not fit one buffer
     */
    List<ExpertPart> allocate(FeedForwardShape shape, KernelFamily family, MatrixPacker packer, MoeConfig config) {
        int routed = config.nRoutedExperts();
        int shared = config.nSharedExperts();
        MatrixPacker in = packer.in(routedIn);
        MatrixPacker out = packer.in(routedOut);
        if (shared == 0 || areTheSame()) {
            return ExpertPart.allocate(shape, family, in, out, 0, routed + shared);
        }
        List<ExpertPart> parts = new ArrayList<>(ExpertPart.allocate(shape, family, in, out, 0, routed));
        parts.addAll(ExpertPart.allocate(shape, family, packer.in(sharedIn), packer.in(sharedOut), routed, shared));
        return List.copyOf(parts);
    }
}
