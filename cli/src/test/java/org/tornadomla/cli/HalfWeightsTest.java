package org.tornadomla.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.backend.Support;
import org.tornadomla.backend.Target;
import org.tornadomla.testing.TestTargets;

/**
 * Weights in 16-bit IEEE numbers run where a device has such numbers, and are refused with the reason where it has
 * none.
 */
class HalfWeightsTest {

    static Stream<Target> targets() {
        return TestTargets.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void runOrAreRefusedWithTheReason(Target target) {
        String device = target.backend() + ":" + target.index();
        String reason = "weights in f16 need a device with 16-bit floats, and " + target
                + " has none (no cl_khr_fp16); bf16 and f32 need nothing";
        boolean has = target.limits().half() != Support.NO;
        for (String[] trust : new String[][]{{}, {"--trust"}}) {
            CommandRun run = run(trust, "generate", "--device", device, "--weights", "f16", "--prompt",
                    "Hear the word of the LORD,", "--max-tokens", "4");
            if (has) {
                assertEquals(ExitStatus.OK, run.status(), run.err());
                assertEquals(" O ye remn", run.out().stripTrailing());
            } else {
                assertEquals(ExitStatus.UNUSABLE_INPUT, run.status(), run.err());
                assertTrue(run.err().lines().anyMatch(line -> line.startsWith("error: weights in f16 need")
                        && line.endsWith("bf16 and f32 need nothing")), run.err());
                assertTrue(run.out().isBlank(), run.out());
            }
        }
        CommandRun kernels = run(new String[0], "kernels", "--device", device);
        assertEquals(!has, kernels.out().contains(reason), kernels.out());
        assertEquals(has, kernels.out().contains("MatMulF16.rows"), kernels.out());
        CommandRun devices = run(new String[0], "devices");
        assertEquals(!has, devices.out().contains("refused: " + reason), devices.out());
        assertFalse(devices.out().contains("FAILED"), devices.out());
    }

    private static CommandRun run(String[] more, String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
    }
}
