package org.tornadomla.lanes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One line of ptx-instructions.txt.
 *
 * @param result   type of the result: b16, b32, b64 or pred
 * @param operands each a type and bits in hexadecimal, or text and what stands in the instruction
 * @param expected the result's bits
 */
record PtxCase(String result, String instruction, List<String> operands, long expected) {

    static List<PtxCase> all() {
        try (InputStream stream = PtxCase.class.getResourceAsStream("/lanes/ptx-instructions.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(PtxCase::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PtxCase of(String line) {
        List<String> words = Arrays.asList(line.split("\\s+"));
        int arrow = words.indexOf("->");
        return new PtxCase(words.get(0), words.get(1), words.subList(2, arrow),
                Long.parseUnsignedLong(words.get(arrow + 1), 16));
    }

    private static String type(String operand) {
        return operand.substring(0, operand.indexOf(':'));
    }

    private static String value(String operand) {
        return operand.substring(operand.indexOf(':') + 1);
    }

    /** Equal for cases that one kernel computes, each in a work-item of its own. */
    String shape() {
        List<String> kinds = new ArrayList<>(List.of(result, instruction));
        operands.forEach(operand -> kinds.add(type(operand).equals("text") ? operand : type(operand)));
        return String.join(" ", kinds);
    }

    /** The bits of all operands, those given as text being 0, up to a number of words. */
    long[] inputs(int words) {
        long[] bits = new long[words];
        for (int i = 0; i < operands.size(); i++) {
            String operand = operands.get(i);
            bits[i] = type(operand).equals("text") ? 0 : Long.parseUnsignedLong(value(operand), 16);
        }
        return bits;
    }

    /** A kernel that computes the instruction on the words of its work-item and writes a word. */
    String kernel(String name, int words) {
        StringBuilder body = new StringBuilder();
        StringBuilder arguments = new StringBuilder("d");
        for (int i = 0; i < operands.size(); i++) {
            String type = type(operands.get(i));
            if (type.equals("text")) {
                arguments.append(", ").append(value(operands.get(i)));
                continue;
            }
            arguments.append(", a").append(i);
            body.append("  .reg .").append(type).append(" a").append(i).append(";\n");
            body.append(type.equals("pred")
                    ? "  ld.global.b32 w, [in+%d];\n  setp.ne.b32 a%d, w, 0;\n".formatted(8 * i, i)
                    : "  ld.global.%s a%d, [in+%d];\n".formatted(type, i, 8 * i));
        }
        body.append("  ").append(instruction).append(" ").append(arguments).append(";\n");
        body.append(result.equals("pred")
                ? "  selp.b32 w, 1, 0, d;\n  st.global.b32 [out], w;\n"
                : "  st.global.%s [out], d;\n".formatted(result));
        return """
                .visible .entry %s(.param .u64 inputs, .param .u64 outputs) {
                  .reg .b64 in, out, offset;
                  .reg .b32 w, t;
                  .reg .%s d;
                  ld.param.u64 in, [inputs];
                  ld.param.u64 out, [outputs];
                  mov.u32 t, %%tid.x;
                  mul.wide.u32 offset, t, %d;
                  add.u64 in, in, offset;
                  mul.wide.u32 offset, t, 8;
                  add.u64 out, out, offset;
                %s  ret;
                }
                """.formatted(name, result, 8 * words, body);
    }
}
