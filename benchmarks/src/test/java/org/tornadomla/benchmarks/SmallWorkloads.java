package org.tornadomla.benchmarks;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.tornadomla.attention.AttentionMode;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.WeightFormats;

/** Each of the library's workloads in a size that takes no time, on the JVM. */
public final class SmallWorkloads {

    private static final int CACHED = 70;
    private static final int PROMPT = 40;

    private SmallWorkloads() {
    }

    /** Builds a workload on a device; the model is a checkpoint of one layer with experts. */
    @FunctionalInterface
    interface Maker {
        Workload make(Target target, RandomModel model);
    }

    /** By name. */
    static Map<String, Maker> all() {
        Map<String, Maker> makers = new LinkedHashMap<>();
        makers.put("product", (target, model) -> new MatMulWorkload(MatMulData.of(3, 64, 64), target));
        makers.put("rms norm", (target, model) -> new RmsNormWorkload(3, 64, target));
        makers.put("rotary", (target, model) -> new RotaryWorkload(3, 2, 32, target));
        makers.put("softmax", (target, model) -> new SoftmaxWorkload(3, 64, target));
        makers.put("decode absorbed", (target, model) -> decode(target, AttentionMode.ABSORBED, WeightFormats.F32));
        makers.put("decode expanded", (target, model) -> decode(target, AttentionMode.EXPANDED, WeightFormats.F32));
        makers.put("decode bf16", (target, model) -> decode(target, AttentionMode.ABSORBED, WeightFormats.BF16));
        makers.put("decode int8", (target, model) -> decode(target, AttentionMode.ABSORBED, WeightFormats.INT8));
        makers.put("prefill", (target, model) -> new PrefillWorkload(new LayerData(Layer.TINY_KJV, 1), target,
                AttentionMode.EXPANDED, PROMPT));
        makers.put("mixture", (target, model) -> new MixtureWorkload(model, 3, target));
        makers.put("layer decode", (target, model) -> new ModelWorkload(model.directory(), target).decode(CACHED));
        makers.put("layer prefill", (target, model) -> new ModelWorkload(model.directory(), target).prefill(PROMPT));
        makers.put("model decode",
                (target, model) -> new ModelWorkload(Path.of("../models/tiny-kjv"), target).decode(CACHED));
        return makers;
    }

    private static Workload decode(Target target, AttentionMode mode, NumberFormat type) {
        return new DecodeWorkload(new LayerData(Layer.TINY_KJV, 1, type), target, mode, CACHED, 1);
    }

    /**
     * Sets a workload up and checks it as every benchmark does, on a device that is not tested first.
     *
     * @param name of the workload
     * @return why it is not reported; null when it is right
     */
    public static String refusal(String name) {
        Function<RandomModel,
                Workload> maker = model -> all().get(name).make(Targets.choose("jvm", null).withoutSelfTest(), model);
        try (RandomModel model = RandomModel.write(DecoderLayer.TINY_KJV.model(), 1);
                Workload workload = maker.apply(model)) {
            workload.check(name);
            return null;
        } catch (WrongAnswerException e) {
            return e.getMessage();
        }
    }
}
