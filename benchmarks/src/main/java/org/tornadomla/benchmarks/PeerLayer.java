package org.tornadomla.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.reference.LatentRows;

/** PyTorch's workloads of an attention layer, on the same weights and tokens as the library's. */
final class PeerLayer {

    private final LayerData data;
    private final MlaConfig config;

    PeerLayer(LayerData data) {
        this.data = data;
        this.config = data.config();
    }

    /** A step in the absorbed form, as DeepSeek's own inference code. */
    Workload decodeAbsorbed(int cached, int batch) {
        PeerModule module = new PeerModule("decode_absorbed");
        NDList arguments = projections(module, data.tokens(batch, cached, 1), batch);
        addUpProjections(module, arguments);
        arguments.add(output(module));
        addAngles(module, arguments, cached, 1);
        arguments.add(module.tensor(new float[]{(float) config.softmaxScale()}, 1));
        addCache(module, arguments, cached, batch);
        return decode(module, arguments, cached, batch);
    }

    /** A step in which keys and values of the whole cache are expanded, as the deepseek-mla card does. */
    Workload decodeExpanded(int cached, int batch) {
        PeerModule module = new PeerModule("decode_expanded");
        NDList arguments = projections(module, data.tokens(batch, cached, 1), batch);
        addExpansion(module, arguments);
        arguments.add(output(module));
        addAngles(module, arguments, cached, 1);
        addCache(module, arguments, cached, batch);
        return decode(module, arguments, cached, batch);
    }

    /** A prompt on an empty cache, with PyTorch's own attention. */
    Workload prefill(int tokens) {
        PeerModule module = new PeerModule("prefill");
        NDList arguments = projections(module, data.tokens(1, 0, tokens), tokens);
        addExpansion(module, arguments);
        arguments.add(output(module));
        addAngles(module, arguments, 0, tokens);
        arguments.add(module.tensor(new float[tokens * config.kvLoraRank()], tokens, config.kvLoraRank()));
        arguments.add(module.tensor(new float[tokens * config.qkRopeHeadDim()], tokens, config.qkRopeHeadDim()));
        return new PeerWorkload(module, arguments, data.layer().prefill(tokens), y -> {
            double worst = 0;
            for (int token : new int[]{0, tokens / 2, tokens - 1}) {
                worst = Answers.worse(worst, Answers.error(y, token * config.hiddenSize(), data.expected(0, token)));
            }
            return worst;
        });
    }

    private Workload decode(PeerModule module, NDList arguments, int cached, int batch) {
        return new PeerWorkload(module, arguments, data.layer().decode(cached, batch), y -> {
            double worst = 0;
            for (int sequence : batch == 1 ? List.of(0) : List.of(0, batch - 1)) {
                worst = Answers.worse(worst,
                        Answers.error(y, sequence * config.hiddenSize(), data.expected(sequence, cached)));
            }
            return worst;
        });
    }

    /** Tokens, and the weights of the down-projections and of the query. */
    private NDList projections(PeerModule module, float[] tokens, int rows) {
        int queries = config.numHeads() * config.qkHeadDim();
        int rank = config.qLoraRank();
        int hidden = config.hiddenSize();
        NDList arguments = new NDList(module.tensor(tokens, rows, hidden));
        arguments.add(rank == 0 ? module.none() : module.tensor(data.weight("q_a_proj.weight"), rank, hidden));
        arguments.add(norm(module, "q_a_layernorm.weight"));
        arguments.add(rank == 0
                ? module.tensor(data.weight("q_proj.weight"), queries, hidden)
                : module.tensor(data.weight("q_b_proj.weight"), queries, rank));
        arguments.add(module.tensor(data.weight("kv_a_proj_with_mqa.weight"),
                config.kvLoraRank() + config.qkRopeHeadDim(), hidden));
        arguments.add(norm(module, "kv_a_layernorm.weight"));
        return arguments;
    }

    /** A norm's weight, or an empty tensor where the layer does not have that norm. */
    private NDArray norm(PeerModule module, String name) {
        float[] weight = data.weight(name);
        return weight == null ? module.none() : module.tensor(weight, weight.length);
    }

    /** W_UK [heads, nope, rank], and W_UV [heads, rank, v]. */
    private void addUpProjections(PeerModule module, NDList arguments) {
        int heads = config.numHeads();
        int nope = config.qkNopeHeadDim();
        int width = nope + config.vHeadDim();
        NDArray both = module.tensor(data.weight("kv_b_proj.weight"), heads, width, config.kvLoraRank());
        arguments.add(both.get(":, :" + nope + ", :").duplicate());
        arguments.add(both.get(":, " + nope + ":, :").transpose(0, 2, 1).duplicate());
    }

    /**
     * W_UK and W_UV as published, and a tensor whose shape says how many heads there are and how wide a head's key is.
     */
    private void addExpansion(PeerModule module, NDList arguments) {
        int heads = config.numHeads();
        int nope = config.qkNopeHeadDim();
        int width = nope + config.vHeadDim();
        arguments.add(module.tensor(data.weight("kv_b_proj.weight"), (long) heads * width, config.kvLoraRank()));
        arguments.add(module.tensor(new float[heads * nope], heads, nope));
    }

    private NDArray output(PeerModule module) {
        return module.tensor(data.weight("o_proj.weight"), config.hiddenSize(),
                (long) config.numHeads() * config.vHeadDim());
    }

    private void addAngles(PeerModule module, NDList arguments, int from, int count) {
        int half = config.qkRopeHeadDim() / 2;
        arguments.add(module.tensor(rows(config.rope().cosines(config.qkRopeHeadDim(), from + count), from, half),
                count, half));
        arguments.add(module.tensor(rows(config.rope().sines(config.qkRopeHeadDim(), from + count), from, half), count,
                half));
    }

    private static float[] rows(double[] table, int from, int width) {
        float[] values = new float[table.length - from * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) table[from * width + i];
        }
        return values;
    }

    /** The cached rows of every sequence, and room for the new one; rotated keys are evens first here. */
    private void addCache(PeerModule module, NDList arguments, int cached, int batch) {
        int rank = config.kvLoraRank();
        int rope = config.qkRopeHeadDim();
        float[] latents = new float[Math.multiplyExact(batch * (cached + 1), rank)];
        float[] keys = new float[batch * (cached + 1) * rope];
        for (int sequence = 0; sequence < batch; sequence++) {
            LatentRows rows = data.cached(sequence, cached);
            int row = sequence * (cached + 1);
            for (int i = 0; i < cached * rank; i++) {
                latents[row * rank + i] = (float) rows.latents()[i];
            }
            for (int i = 0; i < cached * rope; i++) {
                int place = i % rope;
                int to = (row + i / rope) * rope + place / 2 + place % 2 * (rope / 2);
                keys[to] = (float) rows.rotaryKeys()[i];
            }
        }
        arguments.add(module.tensor(latents, batch, cached + 1L, rank));
        arguments.add(module.tensor(keys, batch, cached + 1L, rope));
    }
}
