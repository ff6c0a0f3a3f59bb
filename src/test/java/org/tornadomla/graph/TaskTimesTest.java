package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

/** The two logs that profilers write. */
class TaskTimesTest {

    @Test
    void bundledLog() {
        assertEquals(Map.of("g.q", 12L, "g.o", 3L), times("""
                {
                  "totalNanos": 99,
                  "kernelNanos": {
                    "project.o": 3,
                    "project.q": 12
                  }
                }"""));
    }

    @Test
    void tornadoLog() {
        assertEquals(Map.of("g.q", 12L, "g.kv_a", 7L), times("""
                {
                    "project": {
                        "TOTAL_KERNEL_TIME": "19",
                        "project.q": {
                            "BACKEND": "OPENCL",
                            "METHOD": "MatMul.rows",
                            "TASK_KERNEL_TIME": "12",
                            "TASK_COMPILE_GRAAL_TIME": "1"
                        },\s
                        "project.kv_a": {
                            "TASK_COMPILE_GRAAL_TIME": "1",
                            "TASK_KERNEL_TIME": "7",
                        }
                    }
                }"""));
    }

    @Test
    void executionsAddUp() {
        Map<String, Long> nanos = new TreeMap<>(Map.of("a.b", 1L));
        TaskTimes.add("{\"kernelNanos\": {\"a.b\": 5}}", "a", nanos);
        TaskTimes.add("{\"kernelNanos\": {\"a.b\": 7}}", "a", nanos);
        assertEquals(Map.of("a.b", 13L), nanos);
    }

    @Test
    void tornadoLogsHoldEarlierExecutionsToo() {
        String execution = """
                {
                    "g": {
                        "g.t": {
                            "TASK_KERNEL_TIME": "%d"
                        }
                    }
                }
                """;
        assertEquals(Map.of("g.t", 7L),
                times(execution.formatted(5) + execution.formatted(6) + execution.formatted(7)));
    }

    private static Map<String, Long> times(String log) {
        Map<String, Long> nanos = new TreeMap<>();
        TaskTimes.add(log, "g", nanos);
        return nanos;
    }
}
