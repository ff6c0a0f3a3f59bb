package org.tornadomla.layers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.config.Block;
import org.tornadomla.config.Layer;
import org.tornadomla.config.MixtureBlock;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.weights.FormatChoice;

/**
 * Bytes of a layer's weights as an engine holds them.
 *
 * @param fixed   of what every token passes, the shared experts aside
 * @param experts number of routed experts; 0 in a dense layer
 * @param routed  of all routed experts
 * @param shared  of the shared experts
 */
public record LayerBytes(long fixed, int experts, long routed, long shared) {

    /**
     * The layers of a model.
     *
     * @param formats number format of the matrices that are multiplied with
     * @param ways    the ways of attending that are counted
     */
    public static List<LayerBytes> of(ModelConfig model, KernelFamily family, FormatChoice formats,
            Set<Attending> ways) {
        List<LayerBytes> layers = new ArrayList<>();
        Map<List<Block>, LayerBytes> known = new HashMap<>();
        boolean alike = formats.formats().size() == 1;
        for (Layer layer : model.layers()) {
            FormatChoice own = formats.under(layer.prefix());
            layers.add(alike
                    ? known.computeIfAbsent(layer.blocks(), blocks -> of(blocks, model.hiddenSize(), family, own, ways))
                    : of(layer.blocks(), model.hiddenSize(), family, own, ways));
        }
        return layers;
    }

    private static LayerBytes of(List<Block> blocks, int width, KernelFamily family, FormatChoice formats,
            Set<Attending> ways) {
        long all = 0;
        int experts = 0;
        long routed = 0;
        long shared = 0;
        for (Block block : blocks) {
            all += (block.normBehind().isPresent() ? 2 : 1) * family.vectorBytes(width)
                    + BlockKinds.of(block).bytes(block, family, formats.under(block.prefix()), ways);
            for (MixtureBlock mixture : block.parts().filter(MixtureBlock.class::isInstance)
                    .map(MixtureBlock.class::cast).toList()) {
                MoeConfig config = mixture.config();
                ExpertFormats kinds = ExpertFormats.of(mixture, formats.under(mixture.prefix()));
                long both = kinds.bytes(FeedForwardShape.of(mixture), family, config);
                long sharedHere = kinds.sharedBytes(FeedForwardShape.of(mixture), family, config);
                experts += config.nRoutedExperts();
                routed += both - sharedHere;
                shared += sharedHere;
            }
        }
        return new LayerBytes(all - routed - shared, experts, routed, shared);
    }

    /** Of everything. */
    public long all() {
        return fixed + routed + shared;
    }

    /**
     * What one token reads.
     *
     * @param chosen routed experts of it; a share of one where others pass it on
     */
    public long read(double chosen) {
        return fixed + shared + (experts == 0 ? 0 : Math.round(routed * chosen / experts));
    }
}
