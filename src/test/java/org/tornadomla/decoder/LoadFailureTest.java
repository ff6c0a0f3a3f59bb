package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.config.ModelConfigReader;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.packed.PackedCache;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.RandomWeights;

/** Whatever fails while a model is loaded is named, and nothing of the model is kept or still read. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class LoadFailureTest {

    private static final String HEAD = "lm_head.weight";

    private final FaultyDevice device = new FaultyDevice();
    private final ModelConfig model = ModelConfigReader.parse("""
            {"model_type": "deepseek_v3", "vocab_size": 40, "hidden_size": 32, "num_attention_heads": 2,
             "num_key_value_heads": 2, "intermediate_size": 24, "num_hidden_layers": 2, "kv_lora_rank": 12,
             "q_lora_rank": null, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
             "n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 8,
             "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1, "num_nextn_predict_layers": 0,
             "max_position_embeddings": 64, "eos_token_id": null, "bos_token_id": null}
            """, "config.json");

    @AfterEach
    void removeDevice() {
        device.close();
    }

    /** Random weights; somebody is told of each row that is read and of each vector. */
    private NamedWeights watched(Consumer<String> rows, Consumer<String> vectors) {
        NamedWeights source = RandomWeights.of(model, 1);
        return new NamedWeights() {
            @Override
            public Matrix matrix(String name) {
                Matrix all = source.matrix(name);
                return new Matrix() {
                    @Override
                    public int rows() {
                        return all.rows();
                    }

                    @Override
                    public int columns() {
                        return all.columns();
                    }

                    @Override
                    public void read(int row, float[] into) {
                        rows.accept(name);
                        all.read(row, into);
                    }
                };
            }

            @Override
            public float[] read(String name) {
                vectors.accept(name);
                return source.read(name);
            }
        };
    }

    private Decoder load(NamedWeights source) {
        return Decoder.of(model, source, device.target().withoutSelfTest(),
                DecoderOptions.defaults().withBatch(1).withCacheTokens(32));
    }

    @Test
    void aWeightThatCannotBeReadLeavesNothing() {
        CheckpointException unreadable = new CheckpointException("the file ends too early");
        NamedWeights source = watched(name -> {
            if (name.equals(HEAD)) {
                throw unreadable;
            }
        }, name -> {});
        assertSame(unreadable, assertThrows(CheckpointException.class, () -> load(source).close()));
        device.requireNothingKept();
    }

    /** The caller closes the files as soon as it is told of the failure. */
    @Test
    void nothingIsReadBehindTheFailureOfAnother() throws InterruptedException {
        device.arm(Fault.at(Fault.Kind.HOST_MEMORY, 2));
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        NamedWeights source = watched(name -> {
            late.addAndGet(closed.get() ? 1 : 0);
            sleep();
        }, name -> {});
        assertThrows(DeviceException.class, () -> load(source).close());
        closed.set(true);
        Thread.sleep(100);
        assertEquals(0, late.get());
        device.requireNothingKept();
    }

    private static void sleep() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void memoryThatIsUsedUpIsNamedWhereverItWasAskedFor() {
        NamedWeights source = watched(name -> {}, name -> {
            throw new OutOfMemoryError("arrays take 100 of 100 bytes");
        });
        DeviceException refused = assertThrows(DeviceException.class, () -> load(source).close());
        assertTrue(refused.getMessage().startsWith("weights take ")
                && refused.getMessage().contains("-XX:MaxDirectMemorySize"), refused.getMessage());
    }

    /** Such a device would copy all that the disk holds to its own memory. */
    @Test
    void weightsAreNotMappedForADeviceWithMemoryOfItsOwn() {
        device.hasOwnMemory();
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> Decoder.of(model, RandomWeights.of(model, 1), device.target().withoutSelfTest(),
                        DecoderOptions.defaults().withMappedWeights(true)).close());
        assertTrue(
                refused.getMessage().contains("memory of its own") && refused.getMessage().contains("--experts memory"),
                refused.getMessage());
        assertFalse(device.target().computesInHostMemory());
    }

    /** What keeps the weights for the next run fails, and the device gives its memory back all the same. */
    @Test
    void eachPartIsClosedWhereAnotherFails() {
        IllegalStateException gone = new IllegalStateException("the disk is gone");
        Decoder decoder = kept(gone);
        assertSame(gone, assertThrows(IllegalStateException.class, decoder::close));
        device.requireNothingKept();
    }

    /** The weights are packed again next time. */
    @Test
    void aFolderThatCannotBeListedKeepsNothing() {
        Decoder decoder = kept(new UncheckedIOException(new IOException("input/output error")));
        assertFalse(decoder.awaitKept());
        decoder.close();
        device.requireNothingKept();
    }

    private Decoder kept(RuntimeException failure) {
        return Decoder.load(Path.of("models", "tiny-kjv"), device.target().withoutSelfTest(), DecoderOptions.defaults()
                .withBatch(1).withCacheTokens(32).withPackedCache(new PackedCache(failing(failure), 1L << 30, 0)));
    }

    /** A folder in which nothing is found, and that cannot be used. */
    private static Path failing(RuntimeException failure) {
        return (Path) Proxy.newProxyInstance(LoadFailureTest.class.getClassLoader(), new Class<?>[]{Path.class},
                (proxy, method, given) -> {
                    if (method.getName().equals("resolve")) {
                        return Path.of("nowhere").resolve(given[0].toString());
                    }
                    throw failure;
                });
    }
}
