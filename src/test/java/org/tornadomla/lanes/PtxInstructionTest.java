package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The instructions of the stand-in for NVIDIA's driver, against bits that were worked out by other means. */
class PtxInstructionTest {

    /** The most operands of an instruction. */
    private static final int WORDS = 5;

    private static final String HEAD = ".version 8.0\n.target sm_90\n.address_size 64\n";

    @Test
    void everyCaseGivesItsBits() {
        CudaOnHost device = CudaOnHost.device();
        Map<String, List<PtxCase>> shapes = PtxCase.all().stream()
                .collect(Collectors.groupingBy(PtxCase::shape, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder(HEAD);
        int number = 0;
        for (List<PtxCase> cases : shapes.values()) {
            text.append(cases.getFirst().kernel("k" + number++, WORDS));
        }
        long[] module = new long[1];
        assertEquals(0, device.load(text.toString(), module), device::said);
        List<String> wrong = new ArrayList<>();
        number = 0;
        for (List<PtxCase> cases : shapes.values()) {
            wrong.addAll(wrong(device, device.function(module[0], "k" + number++), cases));
        }
        assertEquals("", String.join("\n", wrong));
    }

    private static List<String> wrong(CudaOnHost device, long kernel, List<PtxCase> cases) {
        long[] inputs = cases.stream().flatMapToLong(one -> Arrays.stream(one.inputs(WORDS))).toArray();
        long in = device.buffer(inputs);
        long out = device.buffer(new long[cases.size()]);
        assertEquals(0, device.launch(kernel, 1, cases.size(), in, out), device::said);
        long[] results = device.read(out, cases.size());
        device.free(in, out);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            if (results[i] != cases.get(i).expected()) {
                wrong.add("%s gave %x".formatted(cases.get(i), results[i]));
            }
        }
        return wrong;
    }

    @Test
    void everyOpcodeThatIsKnownIsTested() {
        Set<String> tested = new TreeSet<>(PtxSnippets.opcodes());
        PtxCase.all().forEach(one -> tested.add(one.instruction().replaceAll("\\..*", "")));
        Set<String> known = new TreeSet<>(List.of(CudaOnHost.device().text("cudaOnHostKnown").split("\n")));
        known.removeAll(tested);
        assertTrue(known.isEmpty(), () -> "no test for " + known);
    }
}
