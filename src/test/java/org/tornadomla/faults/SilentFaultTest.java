package org.tornadomla.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.tornadomla.layers.FewCores;
import org.tornadomla.attention.MultiHeadLatentAttention;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.DeviceException;
import org.tornadomla.faults.Fault.Kind;
import org.tornadomla.graph.Step;
import org.tornadomla.selftest.SampleDecoder;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.selftest.Verdict;

/** Faults that raise nothing: the self-test must find each, whichever kernel it is in. */
@DisabledIfSystemProperty(named = "mla.test.engine", matches = "tornadovm",
        disabledReason = "the faulty device belongs to the bundled runtime")
class SilentFaultTest {

    private final FaultyDevice device = new FaultyDevice();

    @AfterEach
    void removeDevice() {
        device.close();
    }

    private static List<String> kernels() {
        return new SampleDecoder(FewCores.LOOPS).steps().stream().map(Step::kernel).distinct().toList();
    }

    private void assertFound(Fault fault, String expected) {
        device.arm(fault);
        Verdict verdict = SelfTest.run(device.target());
        assertTrue(device.happened(), fault + " did not happen");
        assertFalse(verdict.passed(), fault + " was not found");
        assertTrue(verdict.finding().contains(expected), verdict.finding());
    }

    @Test
    void launchesThatWriteNothing() {
        kernels().forEach(kernel -> assertFound(Fault.in(Kind.WRITES_NOTHING, kernel), kernel));
    }

    @Test
    void oneWrongValue() {
        kernels().forEach(kernel -> assertFound(Fault.in(Kind.WRONG_VALUE, kernel), kernel));
    }

    @Test
    void kernelThatRunsAsJava() {
        kernels().forEach(
                kernel -> assertFound(Fault.in(Kind.RUNS_ON_HOST, kernel), kernel + ") ran as Java on the host"));
    }

    @Test
    void kernelThatDoesNotCompile() {
        assertFound(Fault.in(Kind.COMPILE, "LatentAttention.split"), "LatentAttention.split");
    }

    @Test
    void staleBuffers() {
        assertFound(Fault.at(Kind.STALE, 0), "was stale");
    }

    @Test
    void loopsThatDoNotRunToTheirEnd() {
        assertFound(Fault.in(Kind.WRITES_NOTHING, "Probe.walk"), "a loop of 100000 passes gave");
        assertFound(Fault.in(Kind.WRONG_VALUE, "Probe.walk"), "a loop of 100000 passes gave");
    }

    @Test
    void deviceThatFailsIsRefusedAndNamed() {
        device.arm(Fault.in(Kind.WRONG_VALUE, "RmsNorm.rows"));
        DeviceException refused = assertThrows(DeviceException.class, () -> MultiHeadLatentAttention
                .builder(MlaConfig.card(32, 2, 32, 16, 16, 8)).seed(1).target(device.target()).build());
        assertTrue(refused.getMessage().contains("faulty JVM") && refused.getMessage().contains("RmsNorm.rows")
                && refused.getMessage().contains("largest difference"), refused.getMessage());
        MultiHeadLatentAttention.builder(MlaConfig.card(32, 2, 32, 16, 16, 8)).seed(1)
                .target(device.target().withoutSelfTest()).build().close();
    }
}
