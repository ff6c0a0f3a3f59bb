package org.tornadomla.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every workload refuses to be reported when a kernel that it runs is broken. */
class BrokenKernelTest {

    private static final Map<String,
            List<String>> KERNELS = Map.ofEntries(Map.entry("product", List.of("MatMul")),
                    Map.entry("rms norm", List.of("RmsNorm")), Map.entry("rotary", List.of("QueryLanes")),
                    Map.entry("softmax", List.of("Softmax", "SoftmaxRows")),
                    Map.entry("decode absorbed",
                            List.of("MatMul", "RmsNorm", "LatentWrite", "AbsorbedQuery", "Rotary", "QueryLanes",
                                    "AttentionTile", "SplitMerge", "ValueUp", "Unpack")),
                    Map.entry("decode expanded", List.of("LatentGather", "AttentionTile")),
                    Map.entry("decode bf16", List.of("MatMulBf16", "AbsorbedQueryBf16", "ValueUpBf16")),
                    Map.entry("decode int8", List.of("MatMulInt8", "AbsorbedQueryInt8", "ValueUpInt8")),
                    Map.entry("prefill", List.of("MatMul", "LatentWrite", "AttentionTile")),
                    Map.entry("mixture", List.of("Router", "ExpertGrouping", "MatMul", "SwiGlu", "ExpertSum")),
                    Map.entry("layer decode", List.of("EmbeddingBf16", "RmsNorm", "AttentionTile", "MatMul")),
                    Map.entry("layer prefill", List.of("AttentionTile", "MatMul")),
                    Map.entry("model decode", List.of("MatMul", "AttentionTile", "SwiGlu")));

    @TempDir
    private Path folder;

    static Stream<Arguments> broken() {
        return KERNELS.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(kernel -> Arguments.of(entry.getKey(), kernel)));
    }

    static Stream<String> workloads() {
        return SmallWorkloads.all().keySet().stream();
    }

    @ParameterizedTest(name = "{0} with a broken {1}")
    @MethodSource("broken")
    void isNotReported(String workload, String kernel) throws Exception {
        String refusal = BrokenKernel.refusal(workload, kernel, folder);
        assertNotNull(refusal, workload + " was accepted with a broken " + kernel);
        assertTrue(refusal.startsWith(workload + " is not reported"), refusal);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("workloads")
    void isReportedAsItStands(String workload) throws Exception {
        assertNull(BrokenKernel.refusal(workload, null, folder));
    }

    @Test
    void everyWorkloadHasABrokenKernel() {
        assertEquals(SmallWorkloads.all().keySet(), KERNELS.keySet().stream().collect(Collectors.toSet()));
    }
}
