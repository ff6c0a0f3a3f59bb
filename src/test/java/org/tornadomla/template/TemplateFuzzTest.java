package org.tornadomla.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.tornadomla.error.TemplateException;

/**
 * Random templates of the grammar: each renders, or is refused by an exception of ours.
 * {@code -Dmla.template.fuzz=200000} tries as many, {@code -Dmla.template.seed} other ones. The longest time of the
 * processor for one of them is reported.
 */
class TemplateFuzzTest {

    private static final int COUNT = Integer.getInteger("mla.template.fuzz", 3_000);
    private static final long SEED = Long.getLong("mla.template.seed", 16);

    private static Map<String, Object> variables() {
        Map<String, Object> call = Map.of("function", Map.of("name", "f", "arguments", Map.of("x", 1)));
        Map<String, Object> answer = new HashMap<>(Map.of("role", "assistant", "tool_calls", List.of(call)));
        answer.put("content", null);
        return Map.of("s", "Hello", "u", "\u00e9\u732b\uD83D\uDE00\u00a0", "n", 2, "f", 2.5, "t", true, "l",
                List.of(3, 1, 2), "d", Map.of("b", 1, "items", 7), "ms",
                List.of(Map.of("role", "user", "content", "hi\n"), answer), "e", "");
    }

    @Test
    void randomTemplatesRenderOrAreRefused(TestReporter reporter) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Object> variables = variables();
        TemplateGrammar grammar = new TemplateGrammar(SEED);
        List<String> foreign = new ArrayList<>();
        int rendered = 0;
        int slow = 0;
        long longest = 0;
        String slowest = "";
        for (int i = 0; i < COUNT; i++) {
            String source = grammar.template();
            long start = threads.getCurrentThreadCpuTime();
            try {
                Template.of("fuzz", source).render(variables, () -> LocalDateTime.of(2026, 11, 28, 9, 5, 7));
                rendered++;
            } catch (TemplateException e) {
                // Refused: as good as rendered.
            } catch (Throwable e) {
                foreign.add(e + " from " + source);
            }
            long time = threads.getCurrentThreadCpuTime() - start;
            slowest = time > longest ? source : slowest;
            longest = Math.max(longest, time);
            slow += time > 100_000_000 ? 1 : 0;
        }
        reporter.publishEntry("fuzz", COUNT + " templates, " + rendered + " rendered, longest " + longest / 1_000
                + " us, " + slow + " took more than 100 ms");
        assertEquals(List.of(), foreign);
        assertTrue(rendered > COUNT / 20,
                "only " + rendered + " of " + COUNT + " templates rendered: the grammar makes too little sense");
    }
}
