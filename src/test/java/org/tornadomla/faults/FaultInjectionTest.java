package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sampler;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault.Kind;
import org.tornadomla.selftest.SelfTest;

/**
 * Faults in a generation of 64 tokens, before every third, or with {@code -Dmla.fault.stride=1} before each: each that
 * shows is a named exception that leaves the cache's books right, and the next request after it is right. Faults that
 * do not show are the self-test's to find, see {@link SilentFaultTest}.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class FaultInjectionTest {

    private static final Path MODEL = Path.of("src/test/resources/goldens/models/v2-lite-greedy");
    private static final int[] PROMPT = {3, 17, 29, 5, 11};
    private static final int TOKENS = 64;
    /** Tokens from one that faults precede to the next; no divisor of the points below, so that all of them come up. */
    private static final int STRIDE = Integer.getInteger("mla.fault.stride", 3);
    private static final List<
            String> KERNELS = List.of("MatMul.rows", "LatentWrite.rows", "RmsNorm.rows", "Unpack.rows");

    private final FaultyDevice device = new FaultyDevice();
    private int injected;

    @AfterEach
    void removeDevice() {
        device.close();
        assertEquals(0, device.liveBuffers(), "buffers not given back");
        assertEquals(0, device.openSessions(), "sessions not closed");
    }

    private Decoder decoder() {
        return Decoder.load(MODEL, device.target().withoutSelfTest(),
                DecoderOptions.defaults().withChunkTokens(16).withBatch(2).withCacheTokens(128).withPageTokens(4));
    }

    @Test
    void everyFaultIsNamedAndTheNextRequestIsRight() {
        assertTimeoutPreemptively(Duration.ofMinutes(10), () -> {
            try (Decoder decoder = decoder()) {
                int[] expected = generate(decoder);
                List<Integer> ids = new ArrayList<>();
                for (int id : PROMPT) {
                    ids.add(id);
                }
                Sequence sequence = decoder.open();
                float[] logits = decoder.append(sequence, PROMPT);
                for (int token = 0; token < TOKENS; token++) {
                    int next = new Sampler(SamplerConfig.greedy()).next(logits);
                    assertEquals(expected[token], next, "token " + token + " after " + injected + " faults");
                    ids.add(next);
                    if (token % STRIDE == 0) {
                        sequence = strike(decoder, sequence, ids, token);
                    }
                    logits = decoder.append(sequence, next);
                }
                sequence.close();
                assertEquals(0, decoder.statistics().usedPages());
                assertEquals(0, decoder.statistics().sequences());
            }
            assertEquals(8 * Math.ceilDiv(TOKENS, STRIDE), injected);
        });
    }

    private static int[] generate(Decoder decoder) {
        int[] ids = new int[TOKENS];
        try (Sequence sequence = decoder.open()) {
            float[] logits = decoder.append(sequence, PROMPT);
            for (int token = 0; token < TOKENS; token++) {
                ids[token] = new Sampler(SamplerConfig.greedy()).next(logits);
                logits = decoder.append(sequence, ids[token]);
            }
        }
        return ids;
    }

    /** Injects faults before a token; returns a sequence that holds all tokens but the last. */
    private Sequence strike(Decoder decoder, Sequence sequence, List<Integer> ids, int token) {
        Sequence next = sequence;
        int last = ids.getLast();
        // A running plan: its launches, early and late ones, and a wait that takes long.
        next = fail(decoder, next, ids, Fault.at(Kind.LOST, token % 13), last);
        next = fail(decoder, next, ids, Fault.at(Kind.LOST, 20 + token % 17), last);
        slow(decoder, next, last);
        next.truncate(ids.size() - 1);
        // A plan that is built again: what it compiles, allocates and launches first.
        lose(decoder, next, last);
        refuse(decoder, ids, Fault.in(Kind.COMPILE, KERNELS.get(token % KERNELS.size())));
        refuse(decoder, ids, Fault.at(Kind.COMPILE, token % 31));
        refuse(decoder, ids, Fault.at(Kind.OUT_OF_MEMORY, token % 40));
        refuse(decoder, ids, Fault.at(Kind.LOST, token % 29));
        return again(decoder, ids);
    }

    private Sequence fail(Decoder decoder, Sequence sequence, List<Integer> ids, Fault fault, int id) {
        arm(fault);
        assertThrows(DeviceException.class, () -> decoder.append(sequence, id), fault::toString);
        assertTrue(device.happened(), fault.toString());
        device.lift();
        assertEquals(ids.size() - 1, sequence.length(), "a failed call changes no length");
        CacheException lost = assertThrows(CacheException.class, () -> decoder.append(sequence, id));
        assertTrue(lost.getMessage().contains("was lost with the memory of the device"), lost.getMessage());
        sequence.close();
        return again(decoder, ids);
    }

    private void slow(Decoder decoder, Sequence sequence, int id) {
        arm(Fault.at(Kind.SLOW, 0));
        decoder.append(sequence, id);
        assertTrue(device.happened());
        device.lift();
    }

    private void lose(Decoder decoder, Sequence sequence, int id) {
        arm(Fault.at(Kind.LOST, 0));
        assertThrows(DeviceException.class, () -> decoder.append(sequence, id));
        device.lift();
        sequence.close();
    }

    /** A new sequence meets a fault in a plan that was just built again. */
    private void refuse(Decoder decoder, List<Integer> ids, Fault fault) {
        arm(fault);
        try (Sequence fresh = decoder.open()) {
            assertThrows(DeviceException.class, () -> decoder.append(fresh, all(ids)), fault::toString);
            assertTrue(device.happened(), fault.toString());
            assertEquals(0, fresh.length());
        }
        device.lift();
        assertEquals(0, decoder.statistics().usedPages(), fault.toString());
    }

    private void arm(Fault fault) {
        device.arm(fault);
        injected++;
    }

    private static Sequence again(Decoder decoder, List<Integer> ids) {
        Sequence sequence = decoder.open();
        decoder.append(sequence, all(ids));
        return sequence;
    }

    private static int[] all(List<Integer> ids) {
        return ids.stream().limit(ids.size() - 1L).mapToInt(Integer::intValue).toArray();
    }

    @Test
    void deviceThatIsRightIsTrusted() {
        assertTrue(SelfTest.run(device.target()).passed());
    }

    @Test
    void resultsOfTwoPlansDoNotMix() {
        try (Decoder sound = decoder(); Decoder failing = decoder()) {
            int[] expected = generate(sound);
            device.arm(Fault.at(Kind.LOST, 5));
            assertThrows(DeviceException.class, () -> generate(failing));
            device.lift();
            assertArrayEquals(expected, generate(failing));
        }
    }
}
