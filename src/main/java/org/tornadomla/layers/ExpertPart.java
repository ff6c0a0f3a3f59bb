package org.tornadomla.layers;

import java.util.List;
import java.util.stream.IntStream;

import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.PackedMatrix;

/**
 * Experts whose weights share buffers.
 *
 * @param first   number of the first
 * @param experts how many
 * @param gateUp  [experts] of gate and up projection together, packed columns
 * @param down    [experts] of down projection, packed columns
 */
public record ExpertPart(int first, int experts, PackedMatrix gateUp, PackedMatrix down) {

    /**
     * Room for experts in as few parts as possible, of even sizes.
     *
     * @param gateUp for gate and up projections, with one format for all of them
     * @param down   for down projections, the same
     * @param from   number of the first expert
     * @param all    number of experts
     * @throws org.tornadomla.error.ShapeException when one expert does not fit one buffer
     */
    static List<ExpertPart> allocate(FeedForwardShape shape, KernelFamily family, MatrixPacker gateUp,
            MatrixPacker down, int from, int all) {
        int parts = Math.ceilDiv(all, Math.clamp(shape.most(family, gateUp, down), 1, all));
        return IntStream.range(0, parts).mapToObj(part -> {
            int first = (int) ((long) part * all / parts);
            int experts = (int) ((part + 1L) * all / parts) - first;
            return new ExpertPart(from + first, experts, shape.gateUp(family, gateUp, experts),
                    shape.down(down, experts));
        }).toList();
    }

    /** The name of a part's step or buffer; the first has none, since most layers have one. */
    static String numbered(String name, int part) {
        return part == 0 ? name : name + "_" + part;
    }
}
