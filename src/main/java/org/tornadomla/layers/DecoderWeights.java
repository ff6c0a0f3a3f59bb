package org.tornadomla.layers;

import java.util.Set;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.tornadomla.config.Block;
import org.tornadomla.config.Layer;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.Scales;
import org.tornadomla.graph.Buffers.Role;
import org.tornadomla.graph.Buffers;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.PackedMatrix;
import org.tornadomla.weights.RowTable;
import org.tornadomla.weights.WeightFormats;
import org.tornadomla.graph.Sizes;
import org.tornadomla.tensor.CheckedWeights;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.tensor.NamedWeights;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a decoder in the kernels' layouts. The factors of {@link org.tornadomla.config.Scales} are in them:
 * the residual stream is kept divided by the factor on what blocks add, which norms undo, so that blocks add without
 * one.
 *
 * @param embedding [vocab_size] rows of hidden_size
 * @param junction  what joins hidden states and embeddings, where hidden states come in
 * @param blocks    of all layers, in the order of computation
 * @param norm      weight of the final norm
 * @param head      projection to the vocabulary, packed columns
 */
public record DecoderWeights(RowTable embedding, Optional<PackedJunction> junction, List<PlacedBlock> blocks,
        Object norm, PackedMatrix head) {

    /**
     * A block of a layer.
     *
     * @param layer  index of the layer
     * @param label  as in {@link BlockPlace}
     * @param kind   of the block
     * @param pools  numbers of the pools of the cache that are its own, one with keys of an indexer last
     * @param norm   weight of the norm before it
     * @param behind weight of the norm on what it computes, where there is one
     * @param block  the block
     */
    public record PlacedBlock(int layer, String label, BlockKind<?> kind, List<Integer> pools, Object norm,
            Optional<Object> behind, PackedBlock block) {

        private void register(Buffers buffers) {
            String prefix = "l" + label + "_";
            buffers.add(prefix + kind.normBuffer(), Role.WEIGHT, norm);
            block.register(buffers, prefix);
            behind.ifPresent(weight -> buffers.add(prefix + "n_behind", Role.WEIGHT, weight));
        }
    }

    /**
     * Reads and packs a model at once, as
     * {@link #pack(ModelConfig, NamedWeights, KernelFamily, FormatChoice, long, Set, Filling)} does and the work that
     * it puts off.
     */
    public static DecoderWeights pack(ModelConfig model, NamedWeights weights, KernelFamily family,
            FormatChoice formats, long bufferBytes, Set<Attending> ways) {
        Filling filling = new Filling();
        DecoderWeights packed = pack(model, weights, family, formats, bufferBytes, ways, filling);
        filling.run(done -> {});
        return packed;
    }

    /**
     * Makes room for a model, whose weights were validated against its configuration. Vectors are read at once.
     *
     * @param weights     gives weights by their checkpoint names
     * @param family      what computes the model
     * @param formats     number formats of the matrices that are multiplied with, and of the embedding; the router,
     *                        norms and biases stay in 32-bit numbers
     * @param bufferBytes bytes of the device's largest buffer; experts are divided among as many as they need
     * @param ways        the ways of attending that the plan has
     * @param filling     gets the work that reads and packs all matrices; it throws a
     *                        {@link org.tornadomla.error.CheckpointException} that names a weight which holds a NaN or
     *                        an infinity
     * @throws org.tornadomla.error.ShapeException      naming a weight that does not fit one buffer
     * @throws org.tornadomla.error.CheckpointException naming a vector that holds a NaN or an infinity
     */
    public static DecoderWeights pack(ModelConfig model, NamedWeights weights, KernelFamily family,
            FormatChoice formats, long bufferBytes, Set<Attending> ways, Filling filling) {
        NamedWeights source = new CheckedWeights(weights);
        MatrixPacker packer = family.packer(formats, bufferBytes).later(filling);
        long vocabulary = model.vocabSize();
        NumberFormat tableFormat = tableFormat(model, formats);
        if (tableFormat.equals(WeightFormats.F32)) {
            Sizes.requireFloats("embedding", vocabulary * Padding.toVectors(model.hiddenSize()), bufferBytes);
        }
        Matrix table = source.matrix(model.embeddingName());
        Scales scales = model.scales();
        RowTable embedding = family.table(tableFormat, Matrices.scaled(table, scales.embedding() / scales.residual()),
                packer, filling);
        Optional<PackedJunction> junction = model.junction()
                .map(own -> PackedJunction.pack(own, model.hiddenSize(), source, family, packer));
        List<PlacedBlock> blocks = new ArrayList<>();
        for (Placed placed : placed(model)) {
            NamedWeights layer = source.under(placed.layer.prefix());
            blocks.add(placed.pack(layer, family, packer.under(placed.layer.prefix()), ways));
        }
        Matrix head = model.tieWordEmbeddings() ? table : source.matrix(headName(model));
        return new DecoderWeights(embedding, junction, List.copyOf(blocks),
                family.vector(source.read(model.normName()), scales.logits()),
                packer.of(headName(model)).columns("head", head, model.vocabSize(), i -> i));
    }

    /** An embedding with a factor in it is no longer what the files hold. */
    private static NumberFormat tableFormat(ModelConfig model, FormatChoice formats) {
        Scales scales = model.scales();
        return scales.embedding() / scales.residual() == 1 ? formats.table() : WeightFormats.F32;
    }

    private static String headName(ModelConfig model) {
        return model.tieWordEmbeddings() ? model.embeddingName() : model.headName();
    }

    /**
     * Bytes of what {@link #pack} makes, which is what an engine holds for its weights.
     *
     * @param formats number format of the matrices that are multiplied with
     * @param ways    the ways of attending that the plan has
     */
    public static long bytes(ModelConfig model, KernelFamily family, FormatChoice formats, Set<Attending> ways) {
        long vector = family.vectorBytes(model.hiddenSize());
        long bytes = tableBytes(model, family, formats) + vector + family.packer(formats, Long.MAX_VALUE)
                .of(headName(model)).bytes(1, model.vocabSize(), model.hiddenSize());
        bytes += model.junction().map(own -> PackedJunction.bytes(own, model.hiddenSize(), family, formats)).orElse(0L);
        Map<Block, Long> known = new HashMap<>();
        boolean alike = formats.under("").formats().size() == 1;
        for (Layer layer : model.layers()) {
            for (Block block : layer.blocks()) {
                FormatChoice own = formats.under(layer.prefix() + block.prefix());
                bytes += (block.normBehind().isPresent() ? 2 : 1) * vector + (alike
                        ? known.computeIfAbsent(block, b -> BlockKinds.of(b).bytes(b, family, own, ways))
                        : BlockKinds.of(block).bytes(block, family, own, ways));
            }
        }
        return bytes;
    }

    /** Bytes of the embedding. */
    public static long tableBytes(ModelConfig model, KernelFamily family, FormatChoice formats) {
        return family.tableBytes(tableFormat(model, formats), model.vocabSize(), model.hiddenSize());
    }

    /** The arrays, in the order of their registration. */
    public List<Object> arrays() {
        Buffers all = new Buffers();
        register(all);
        return all.withRole(Role.WEIGHT);
    }

    /** Registers the arrays under names. */
    public void register(Buffers buffers) {
        registerFirst(buffers);
        blocks.forEach(block -> block.register(buffers));
        registerLast(buffers);
    }

    /** Registers the arrays of some layers, and of what stands at the ends of the model where these are there. */
    public void register(Buffers buffers, LayerRange range) {
        if (range.isFirst()) {
            registerFirst(buffers);
        }
        blocks.stream().filter(block -> range.contains(block.layer())).forEach(block -> block.register(buffers));
        if (range.isLast()) {
            registerLast(buffers);
        }
    }

    private void registerFirst(Buffers buffers) {
        embedding.register(buffers, "embedding");
        junction.ifPresent(own -> own.register(buffers));
    }

    private void registerLast(Buffers buffers) {
        buffers.add("n_final", Role.WEIGHT, norm);
        head.register(buffers, "w_head");
    }

    /** The numbers of the pools of the cache that some layers write and read, in rising order. */
    public List<Integer> pools(LayerRange range) {
        return blocks.stream().filter(block -> range.contains(block.layer())).flatMap(block -> block.pools().stream())
                .sorted().toList();
    }

    /** All blocks of a model with their labels and pools, in the order of computation. */
    private static List<Placed> placed(ModelConfig model) {
        List<Placed> all = new ArrayList<>();
        int latents = 0;
        int keys = model.pools();
        for (int index = 0; index < model.layers().size(); index++) {
            Layer layer = model.layers().get(index);
            Map<Class<?>, Integer> before = new HashMap<>();
            for (Block block : layer.blocks()) {
                int same = before.merge(block.getClass(), 1, Integer::sum) - 1;
                List<Integer> pools = IntStream.concat(IntStream.range(latents, latents + block.pools()),
                        IntStream.range(keys, keys + block.indexPools())).boxed().toList();
                latents += block.pools();
                keys += block.indexPools();
                all.add(new Placed(index, same == 0 ? "" + index : index + "_" + same, pools, layer, block));
            }
        }
        return all;
    }

    /** A block before its weights are read. */
    private record Placed(int index, String label, List<Integer> pools, Layer layer, Block block) {

        PlacedBlock pack(NamedWeights source, KernelFamily family, MatrixPacker packer, Set<Attending> ways) {
            BlockKind<Block> kind = BlockKinds.of(block);
            return new PlacedBlock(index, label, kind, pools, family.vector(source.read(block.norm()), 1),
                    block.normBehind().map(name -> family.vector(source.read(name), 1)),
                    kind.pack(block, source.under(block.prefix()), family, packer.under(block.prefix()), ways));
        }
    }
}
