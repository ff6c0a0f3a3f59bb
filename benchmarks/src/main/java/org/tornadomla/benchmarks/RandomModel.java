package org.tornadomla.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.tornadomla.config.Weight;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.config.TopkMethod;
import org.tornadomla.tensor.Bfloat16;

/**
 * A checkpoint with random weights in a folder for the time being, as the library loads published ones.
 *
 * @param directory holds config.json and model.safetensors
 * @param config    the model
 */
record RandomModel(Path directory, ModelConfig config) implements AutoCloseable {

    private static final String CONFIG = "config.json";
    private static final String TENSORS = "model.safetensors";
    private static final int CHUNK = 1 << 20;

    /** Writes a model whose weights are the same for the same seed, in bfloat16. */
    static RandomModel write(ModelConfig config, long seed) {
        try {
            RandomModel model = new RandomModel(Files.createTempDirectory("random-model"), config);
            model.removeWhenInterrupted();
            Files.writeString(model.directory.resolve(CONFIG), model.json());
            model.writeTensors(seed);
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException("a model for the benchmarks cannot be written", e);
        }
    }

    /** Files are removed in the reverse order, when the JVM ends before {@link #close}. */
    private void removeWhenInterrupted() {
        directory.toFile().deleteOnExit();
        directory.resolve(CONFIG).toFile().deleteOnExit();
        directory.resolve(TENSORS).toFile().deleteOnExit();
    }

    private String json() {
        MlaConfig a = config.attention();
        MoeConfig e = config.experts().orElseThrow();
        ObjectNode json = new ObjectMapper().createObjectNode().put("model_type", config.modelType())
                .put("vocab_size", config.vocabSize()).put("num_hidden_layers", config.numHiddenLayers())
                .put("intermediate_size", e.moeIntermediateSize())
                .put("max_position_embeddings", config.maxPositionEmbeddings()).put("torch_dtype", "bfloat16")
                .put("hidden_size", a.hiddenSize()).put("num_attention_heads", a.numHeads())
                .put("kv_lora_rank", a.kvLoraRank()).put("qk_nope_head_dim", a.qkNopeHeadDim())
                .put("qk_rope_head_dim", a.qkRopeHeadDim()).put("v_head_dim", a.vHeadDim())
                .put("rms_norm_eps", config.rmsNormEps()).put("rope_theta", a.rope().theta())
                .put("q_lora_rank", a.qLoraRank() == 0 ? null : Integer.valueOf(a.qLoraRank()));
        json.put("n_routed_experts", e.nRoutedExperts()).put("num_experts_per_tok", e.numExpertsPerTok())
                .put("n_shared_experts", e.nSharedExperts()).put("moe_intermediate_size", e.moeIntermediateSize())
                .put("n_group", e.nGroup()).put("topk_group", e.topkGroup())
                .put("topk_method", e.topkMethod() == TopkMethod.NOAUX_TC ? "noaux_tc" : "greedy")
                .put("scoring_func", e.scoring() == Scoring.SIGMOID ? "sigmoid" : "softmax")
                .put("norm_topk_prob", e.normTopkProb()).put("routed_scaling_factor", e.routedScalingFactor())
                .put("first_k_dense_replace", 0).put("moe_layer_freq", 1);
        return json.toString();
    }

    private void writeTensors(long seed) throws IOException {
        ObjectNode header = new ObjectMapper().createObjectNode();
        long end = 0;
        for (Weight weight : config.weights().values()) {
            ObjectNode tensor = header.putObject(weight.name()).put("dtype", "BF16");
            weight.shape().forEach(tensor.putArray("shape")::add);
            long begin = end;
            end += weight.count() * Short.BYTES;
            tensor.putArray("data_offsets").add(begin).add(end);
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        try (FileChannel file = FileChannel.open(directory.resolve(TENSORS), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, text.length));
            file.write(ByteBuffer.wrap(text));
            for (Weight weight : config.weights().values()) {
                write(file, weight, new SplittableRandom(seed ^ weight.name().hashCode()));
            }
        }
    }

    /** Matrices keep the size of what goes through them; norms lie around 1, a selection bias around 0. */
    private static void write(FileChannel file, Weight weight, SplittableRandom random) throws IOException {
        boolean matrix = weight.shape().size() == 2;
        float range = matrix ? (float) Math.sqrt(3.0 / weight.shape().get(1)) : 0.1f;
        float step = range / -Short.MIN_VALUE;
        float centre = weight.name().endsWith("norm.weight") ? 1 : 0;
        short[] chunk = new short[CHUNK];
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long left = weight.count(); left > 0; left -= CHUNK) {
            for (int i = 0; i < CHUNK; i += Long.BYTES / Short.BYTES) {
                long bits = random.nextLong();
                for (int part = 0; part < Long.BYTES / Short.BYTES; part++) {
                    chunk[i + part] = Bfloat16.fromFloat(centre + (short) (bits >> part * Short.SIZE) * step);
                }
            }
            int count = (int) Math.min(left, CHUNK);
            buffer.clear().limit(count * Short.BYTES);
            buffer.asShortBuffer().put(chunk, 0, count);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(directory.resolve(TENSORS));
            Files.deleteIfExists(directory.resolve(CONFIG));
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("the benchmarks' model in " + directory + " cannot be removed", e);
        }
    }
}
