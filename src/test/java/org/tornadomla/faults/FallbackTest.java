package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Fallback;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.SamplerConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault.Kind;
import org.tornadomla.finetune.SmallFolder;
import org.tornadomla.tensor.Dtype;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Texts go on with the next device when one fails, at whatever point: the tokens are those of a run on a sound device,
 * each told once.
 */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class FallbackTest {

    /** A small model: the faulty device copies every buffer of a launch. */
    @TempDir
    private static Path model;

    private static final int TOKENS = 24;
    private static final SamplerConfig DRAWN = new SamplerConfig(0.8, 40, 0.95, 0, 1.1, 7);
    private static final List<SamplerConfig> SAMPLINGS = List.of(SamplerConfig.greedy(), DRAWN);

    private static TextTokenizer tokenizer;
    private static int[] prompt;

    private final FaultyDevice device = new FaultyDevice();
    private final List<String> announced = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException {
        SmallFolder.write(model, Dtype.F32);
        tokenizer = TextTokenizer.load(model);
        prompt = tokenizer.encode("Hear the word of the LORD,", true);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @AfterEach
    void removeDevice() {
        device.close();
        assertEquals(0, device.liveBuffers(), "buffers not given back");
        assertEquals(0, device.openSessions(), "sessions not closed");
    }

    private static Decoder decoder(Target target) {
        return Decoder.load(model, target,
                DecoderOptions.defaults().withBatch(2).withCacheTokens(128).withPageTokens(4).withChunkTokens(5));
    }

    private static Target sound() {
        return Targets.choose("jvm", null);
    }

    /** What the texts became, each held against what its listener was told. */
    private static List<GenerationResult> write(Generator generator, List<SamplerConfig> samplings) {
        List<List<Integer>> told = new ArrayList<>();
        List<StringBuilder> texts = new ArrayList<>();
        List<Generation> generations = new ArrayList<>();
        for (SamplerConfig sampling : samplings) {
            List<Integer> ids = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            told.add(ids);
            texts.add(text);
            generations
                    .add(generator.prepare(new GenerationRequest(prompt, TOKENS, sampling, List.of()), (id, piece) -> {
                        ids.add(id);
                        text.append(piece);
                    }));
        }
        List<GenerationResult> results = generator.run(generations);
        for (int i = 0; i < results.size(); i++) {
            assertArrayEquals(results.get(i).ids(), told.get(i).stream().mapToInt(Integer::intValue).toArray(),
                    "a listener is told each token once");
            assertEquals(results.get(i).text(), texts.get(i).toString());
        }
        return results;
    }

    private static List<GenerationResult> clean() {
        try (Decoder decoder = decoder(sound())) {
            List<GenerationResult> results = write(new Generator(decoder, tokenizer), SAMPLINGS);
            assertFalse(Arrays.equals(results.get(0).ids(), results.get(1).ids()),
                    "one text is the likeliest, one is drawn");
            return results;
        }
    }

    private Fallback devices(Target... targets) {
        return new Fallback(List.of(targets), FallbackTest::decoder, announced::add);
    }

    private static void assertSame(List<GenerationResult> expected, List<GenerationResult> found, Object fault) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).ids(), found.get(i).ids(), fault::toString);
            assertEquals(expected.get(i).text(), found.get(i).text(), fault::toString);
            assertEquals(expected.get(i).reason(), found.get(i).reason(), fault::toString);
        }
    }

    /**
     * Kinds that show, from the first kernel, buffer or launch on to ever later ones, until a whole run goes by without
     * the fault.
     */
    @ParameterizedTest
    @EnumSource(names = {"COMPILE", "OUT_OF_MEMORY", "LOST"})
    void faultsAtWorkGoOnElsewhere(Kind kind) {
        List<GenerationResult> expected = clean();
        int points = 0;
        for (int at = 0;; at = at * 2 + 1) {
            device.lift();
            announced.clear();
            if (kind == Kind.COMPILE) {
                // Kernels are compiled while weights are packed; what fails then is the first round's error.
                device.arm(Fault.at(kind, at));
            }
            try (Fallback devices = devices(device.target().withoutSelfTest(), sound())) {
                if (kind != Kind.COMPILE) {
                    device.arm(Fault.at(kind, at));
                }
                assertSame(expected, write(new Generator(devices, tokenizer), SAMPLINGS), kind + " at " + at);
                if (!device.happened()) {
                    assertEquals(List.of(), announced);
                    break;
                }
                assertEquals(sound(), devices.decoder().target());
                assertEquals(0, device.liveBuffers(), "buffers of the device that failed");
                assertEquals(1, announced.size(), announced.toString());
                assertTrue(announced.getFirst().contains("(faulty JVM, self-test skipped): ")
                        && announced.getFirst().endsWith("; going on with " + sound()), announced.toString());
            }
            points++;
        }
        assertTrue(points > 4, points + " points");
    }

    /** Kinds that do not show are the self-test's to find, before the first token. */
    @ParameterizedTest
    @EnumSource(names = {"WRITES_NOTHING", "WRONG_VALUE", "STALE", "RUNS_ON_HOST"})
    void faultsOfTheSelfTestGoOnElsewhere(Kind kind) {
        device.arm(Fault.at(kind, 0));
        try (Fallback devices = devices(device.target(), sound())) {
            assertTrue(announced.getFirst().contains("failed its self-test"), announced.toString());
            assertSame(clean(), write(new Generator(devices, tokenizer), SAMPLINGS), kind);
        }
        assertEquals(1, announced.size(), announced.toString());
    }

    /** A driver that never comes back is left in its call, and the texts go on. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 20})
    void point15AHangingDeviceIsLeftForAnother(int at) {
        String property = "tornado.mla.watchdog.seconds";
        String before = System.getProperty(property);
        System.setProperty(property, "0.5");
        try (Fallback devices = devices(device.target().withoutSelfTest(), sound())) {
            device.arm(Fault.at(Kind.HANGS, at));
            assertSame(clean(), write(new Generator(devices, tokenizer), SAMPLINGS), "hangs at " + at);
            assertTrue(device.happened());
            assertEquals(1, announced.size(), announced.toString());
            assertTrue(announced.getFirst().contains("ended no command within 0.5 seconds"), announced.toString());
            device.abandon();
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    @Test
    void slowDeviceIsKept() {
        device.arm(Fault.at(Kind.SLOW, 0));
        try (Fallback devices = devices(device.target().withoutSelfTest(), sound())) {
            assertSame(clean(), write(new Generator(devices, tokenizer), SAMPLINGS), Kind.SLOW);
        }
        assertTrue(device.happened());
        assertEquals(List.of(), announced);
    }

    @Test
    void lastDeviceThatFailsIsAnError() {
        Target faulty = device.target().withoutSelfTest();
        device.arm(Fault.at(Kind.LOST, 50));
        try (Fallback devices = devices(faulty, faulty)) {
            Generator generator = new Generator(devices, tokenizer);
            DeviceException failure = assertThrows(DeviceException.class, () -> write(generator, SAMPLINGS));
            assertTrue(failure.getMessage().contains("the device is lost"), failure.getMessage());
            assertEquals(1, announced.size(), announced.toString());
        }
        device.arm(Fault.at(Kind.WRONG_VALUE, 0));
        assertThrows(DeviceException.class, () -> devices(device.target()));
        assertThrows(ConfigurationException.class, this::devices);
    }

    @Test
    void withoutFallbackAFaultIsAnError() {
        try (Decoder decoder = decoder(device.target().withoutSelfTest())) {
            device.arm(Fault.at(Kind.LOST, 50));
            assertThrows(DeviceException.class, () -> write(new Generator(decoder, tokenizer), SAMPLINGS));
        }
    }

    @Test
    void orderEndsWithTheJvm() {
        List<Target> order = Fallback.order(device.target());
        assertEquals(device.target(), order.getFirst());
        assertEquals(Engine.JVM, order.getLast().engine());
        assertEquals(Targets.all().size(), order.size());
        assertEquals(List.of(sound()),
                Fallback.order(sound()).stream().filter(target -> target.engine() == Engine.JVM).toList());
        assertFalse(Fallback.order(sound().withoutSelfTest()).subList(1, order.size()).contains(sound()));
    }
}
