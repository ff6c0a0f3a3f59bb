package org.tornadomla.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.attention.AttentionBuilder;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.attention.Tokens;
import org.tornadomla.backend.Target;
import org.tornadomla.cache.CachedSequence;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.SnapshotException;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.testing.CheckpointFiles;
import org.tornadomla.testing.Goldens;
import org.tornadomla.testing.Seeds;
import org.tornadomla.testing.TestTargets;

/** Issue 12, point 8: a snapshot goes back only to where its rows mean the same. */
class SnapshotOriginTest {

    private static final Path MODEL = Goldens.folder("models").resolve("v2-lite-greedy");

    @TempDir
    private Path folder;

    private final Target target = TestTargets.list().getFirst().withoutSelfTest();

    private static MlaConfig.Builder config() {
        return MlaConfig.builder().hiddenSize(64).numHeads(4).kvLoraRank(16).qkNopeHeadDim(16).qkRopeHeadDim(8)
                .vHeadDim(16);
    }

    private MultiHeadLatentAttention module(MlaConfig config, long seed) {
        AttentionBuilder builder = MultiHeadLatentAttention.builder(config).seed(seed).target(target).cacheTokens(256);
        return builder.build();
    }

    private String refused(MlaConfig config, long seed) {
        Path file = folder.resolve("snapshot");
        try (MultiHeadLatentAttention written = module(config().build(), 1);
                CachedSequence sequence = written.open();
                MultiHeadLatentAttention other = module(config, seed)) {
            written.append(sequence, Tokens.of(1, 3, Seeds.normal(1, 3 * 64)));
            written.cache().snapshot(sequence, file);
            written.cache().restore(file).close();
            return assertThrows(SnapshotException.class, () -> other.cache().restore(file)).getMessage();
        }
    }

    @Test
    void point8AnotherRotationIsNamed() {
        String message = refused(config().rope(RopeConfig.plain(50_000, RopeLayout.NEIGHBOURS)).build(), 1);
        assertTrue(message.contains("theta") && message.contains("50000") && message.contains("10000"), message);
    }

    @Test
    void point8OtherHeadsAreNamed() {
        String message = refused(config().numHeads(5).build(), 1);
        assertTrue(message.contains("numHeads") && message.contains("5") && message.contains("4"), message);
    }

    @Test
    void point8OtherWeightsAreNamed() {
        assertTrue(refused(config().build(), 2).contains("weights"));
    }

    /** All that shapes a row besides attention and blocks: the epsilon of the layers' norms. */
    @Test
    void point8AnotherEpsilonIsNamed() throws IOException {
        Path file = folder.resolve("snapshot");
        Path other = Files.createDirectory(folder.resolve("other"));
        CheckpointFiles.copy(MODEL, other, Dtype.F32, 1);
        String config = Files.readString(other.resolve("config.json"));
        String changed = config.replaceFirst("\"rms_norm_eps\": *[^,]+", "\"rms_norm_eps\": 0.001");
        DecoderOptions options = DecoderOptions.defaults().withCacheTokens(64);
        try (Decoder decoder = Decoder.load(other, target, options); Sequence sequence = decoder.open()) {
            decoder.append(sequence, 3, 1, 4);
            decoder.snapshot(sequence, file);
        }
        Files.writeString(other.resolve("config.json"), changed);
        try (Decoder decoder = Decoder.load(other, target, options)) {
            String message = assertThrows(SnapshotException.class, () -> decoder.restore(file)).getMessage();
            assertTrue(message.contains("rms_norm_eps") && message.contains("0.001"), message);
        }
    }

    /** A decoder snapshots and restores sequences; one with other numbers in its files refuses. */
    @Test
    void point8ADecoderGoesOnWithItsOwnSequencesOnly() throws IOException {
        Path file = folder.resolve("snapshot");
        CheckpointFiles.copy(MODEL, Files.createDirectory(folder.resolve("same")), Dtype.F32, 1);
        CheckpointFiles.copy(MODEL, Files.createDirectory(folder.resolve("rounded")), Dtype.BF16, 1);
        DecoderOptions options = DecoderOptions.defaults().withCacheTokens(64);
        try (Decoder decoder = Decoder.load(folder.resolve("same"), target, options);
                Decoder again = Decoder.load(folder.resolve("same"), target, options.withPageTokens(4));
                Decoder other = Decoder.load(folder.resolve("rounded"), target, options);
                Sequence sequence = decoder.open()) {
            decoder.append(sequence, 3, 1, 4, 1, 5);
            decoder.snapshot(sequence, file);
            try (Sequence restored = again.restore(file)) {
                assertEquals(5, restored.length());
                assertArrayEquals(decoder.append(sequence, 9), again.append(restored, 9));
            }
            String message = assertThrows(SnapshotException.class, () -> other.restore(file)).getMessage();
            assertTrue(message.contains("weights"), message);
            assertThrows(CacheException.class, () -> again.snapshot(sequence, file), "a foreign sequence");
        }
    }
}
