package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadomla.backend.Target;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.CacheException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault.Kind;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** Layers on two devices, either of which may fail: the error names it, and a new text is right afterwards. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class SeveralDevicesFaultTest {

    private static final Path MODEL = Path.of("src/test/resources/goldens/models/v2-lite-greedy");
    private static final int[] PROMPT = {3, 17, 29, 5, 11, 8, 2};
    private static final DecoderOptions OPTIONS = DecoderOptions.defaults().withChunkTokens(3).withBatch(2)
            .withCacheTokens(32).withPageTokens(4);

    private final List<FaultyDevice> devices = new ArrayList<>();

    private List<Target> targets(TornadoDeviceType... types) {
        for (TornadoDeviceType type : types) {
            devices.add(new FaultyDevice(type, "faulty " + devices.size()));
        }
        return devices.stream().map(device -> device.target().withoutSelfTest()).toList();
    }

    @AfterEach
    void removeDevices() {
        devices.forEach(FaultyDevice::close);
        devices.forEach(FaultyDevice::requireNothingKept);
    }

    private static float[] next(Decoder decoder) {
        try (Sequence sequence = decoder.open()) {
            return decoder.append(sequence, PROMPT);
        }
    }

    /** What goes to the second device is the rows of the round, whichever kernels compute. */
    @ParameterizedTest
    @EnumSource(value = TornadoDeviceType.class, names = {"CPU", "GPU"})
    void eitherFamilyGivesTheBitsOfOneDevice(TornadoDeviceType type) {
        List<Target> targets = targets(type, type);
        float[] expected;
        try (Decoder one = Decoder.load(MODEL, targets.getFirst(), OPTIONS)) {
            expected = next(one);
        }
        try (Decoder two = Decoder.load(MODEL, targets, OPTIONS)) {
            assertArrayEquals(expected, next(two));
            devices.forEach(FaultyDevice::takeGraphs);
            next(two);
            assertTrue(devices.get(0).takeGraphs().contains("start"));
            List<String> second = devices.get(1).takeGraphs();
            assertTrue(second.contains("head") && !second.contains("start"), second.toString());
        }
    }

    /** How many there are is no matter of the kernels, so this is for the faster ones alone. */
    @Test
    void threeDevicesGiveTheBitsOfTwo() {
        List<Target> three = new ArrayList<>(targets(TornadoDeviceType.CPU, TornadoDeviceType.CPU));
        float[] expected;
        try (Decoder two = Decoder.load(MODEL, three, OPTIONS)) {
            expected = next(two);
        }
        three.add(three.getFirst());
        try (Decoder all = Decoder.load(MODEL, three, OPTIONS)) {
            assertArrayEquals(expected, next(all));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"LOST", "OUT_OF_MEMORY"})
    void aFailureIsNamedAndTheNextTextIsRight(Kind kind) {
        List<Target> targets = targets(TornadoDeviceType.CPU, TornadoDeviceType.CPU);
        try (Decoder decoder = Decoder.load(MODEL, targets, OPTIONS)) {
            float[] expected = next(decoder);
            for (FaultyDevice device : devices) {
                for (int at : new int[]{0, 9}) {
                    fail(decoder, device, kind, at);
                    assertArrayEquals(expected, next(decoder));
                }
            }
            assertEquals(0, decoder.statistics().usedPages());
        }
    }

    private static void fail(Decoder decoder, FaultyDevice device, Kind kind, int at) {
        if (kind == Kind.OUT_OF_MEMORY) {
            // Memory is asked for when a plan is built again.
            device.arm(Fault.at(Kind.LOST, 0));
            assertThrows(DeviceException.class, () -> next(decoder));
        }
        try (Sequence held = open(decoder, device)) {
            device.arm(Fault.at(kind, at));
            DeviceException failure = assertThrows(DeviceException.class, () -> decoder.append(held, PROMPT));
            assertTrue(failure.getMessage().contains(device.description().name()), failure.getMessage());
            assertTrue(device.happened());
            device.lift();
            if (held.length() > 0) {
                assertThrows(CacheException.class, () -> decoder.append(held, 1), "its rows are lost");
            }
        }
    }

    /** With rows on both devices, unless one of them is lost. */
    private static Sequence open(Decoder decoder, FaultyDevice device) {
        Sequence held = decoder.open();
        if (!device.isLost()) {
            decoder.append(held, 4);
        }
        return held;
    }

    @Test
    void devicesOfDifferentKindsAreRefused() {
        List<Target> targets = targets(TornadoDeviceType.CPU, TornadoDeviceType.GPU);
        ConfigurationException refused = assertThrows(ConfigurationException.class,
                () -> Decoder.load(MODEL, targets, OPTIONS));
        for (String word : List.of("faulty 0", "few cores", "faulty 1", "many cores", "mla.cores")) {
            assertTrue(refused.getMessage().contains(word), Arrays.toString(new String[]{word, refused.getMessage()}));
        }
    }
}
