package org.tornadomla.kernels.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule catches its bad kernels, names the line, and leaves their good twins alone. */
class KernelCheckerTest {

    private static final String BAD_LINE = "// breaks";
    private static final String API = "Luk/ac/manchester/tornado/api/";
    private static final ClassDesc CONTEXT = ClassDesc.ofDescriptor(API + "KernelContext;");

    /**
     * A kernel that no source here can hold, since the bundled API leaves out what TornadoVM has but miscompiles.
     *
     * @param rule the rule that it breaks, or null for a good twin
     */
    private record AbsentSample(String name, String descriptor, Rule rule, Consumer<CodeBuilder> body) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Method> samples() {
        return Stream.of(ConstructSamples.class, StructureSamples.class, VectorSamples.class)
                .flatMap(samples -> Stream.of(samples.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()));
    }

    static List<Method> badKernels() {
        return samples().filter(method -> method.isAnnotationPresent(Breaks.class)).toList();
    }

    static List<Method> goodKernels() {
        return samples().filter(method -> !method.isAnnotationPresent(Breaks.class)).toList();
    }

    @ParameterizedTest
    @MethodSource("badKernels")
    void aBadKernelBreaksItsRuleInTheLineThatSaysSo(Method kernel) throws IOException {
        List<Violation> violations = KernelChecker.check(kernel.getDeclaringClass(), kernel.getName());
        assertFalse(violations.isEmpty(), "nothing was found");
        List<String> source = Files.readAllLines(
                Path.of("src/test/java", kernel.getDeclaringClass().getName().replace('.', '/') + ".java"));
        for (Violation violation : violations) {
            assertEquals(kernel.getAnnotation(Breaks.class).value(), violation.rule(), violation::toString);
            assertTrue(source.get(violation.line() - 1).endsWith(BAD_LINE), violation::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("goodKernels")
    void aGoodTwinBreaksNoRule(Method kernel) {
        assertEquals(List.of(), KernelChecker.check(kernel.getDeclaringClass(), kernel.getName()));
    }

    static List<AbsentSample> absentSamples() {
        String context = "(" + API + "KernelContext;)V";
        return List.of(
                new AbsentSample("brainFloats", "(" + API + "types/arrays/BFloat16Array;)V", Rule.UNSUPPORTED_TYPE,
                        CodeBuilder::return_),
                new AbsentSample("shortsInstead", "(" + API + "types/arrays/ShortArray;)V", null, CodeBuilder::return_),
                new AbsentSample("simdSum", context, Rule.REFUSED_CALL, code -> code.aload(0).fconst_1()
                        .invokevirtual(CONTEXT, "simdSum", MethodTypeDesc.ofDescriptor("(F)F")).pop().return_()),
                new AbsentSample("atomicFloat", "(" + API + "KernelContext;" + API + "types/arrays/FloatArray;)V",
                        Rule.REFUSED_CALL,
                        code -> code.aload(0).aload(1).iconst_0().fconst_1()
                                .invokevirtual(CONTEXT, "atomicAdd",
                                        MethodTypeDesc.ofDescriptor("(" + API + "types/arrays/FloatArray;IF)V"))
                                .return_()),
                new AbsentSample("halfLocalArray", context, Rule.HALF_LOCAL_ARRAY, code -> code.aload(0).bipush(64)
                        .invokevirtual(CONTEXT, "allocateHalfFloatLocalArray",
                                MethodTypeDesc.ofDescriptor("(I)[" + API + "types/HalfFloat;"))
                        .pop().return_()),
                new AbsentSample("floatLocalArray", context, null,
                        code -> code.aload(0).bipush(64)
                                .invokevirtual(CONTEXT, "allocateFloatLocalArray", MethodTypeDesc.ofDescriptor("(I)[F"))
                                .pop().return_()));
    }

    @ParameterizedTest
    @MethodSource("absentSamples")
    void whatTheBundledApiLeavesOutIsCaughtToo(AbsentSample sample) {
        byte[] bytes = ClassFile.of().build(ClassDesc.of("org.tornadomla.kernels.rules.Generated"),
                type -> type.withMethodBody(sample.name, MethodTypeDesc.ofDescriptor(sample.descriptor),
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, sample.body));
        List<Rule> broken = KernelChecker.check(ClassFile.of().parse(bytes), sample.name).stream().map(Violation::rule)
                .toList();
        assertEquals(sample.rule == null ? List.of() : List.of(sample.rule), broken);
    }

    @Test
    void everyRuleHasABadKernel() {
        Set<Rule> broken = badKernels().stream().map(kernel -> kernel.getAnnotation(Breaks.class).value())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));
        absentSamples().stream().map(AbsentSample::rule).filter(Objects::nonNull).forEach(broken::add);
        assertEquals(EnumSet.allOf(Rule.class), broken);
    }

    @Test
    void everyRuleIsDescribed() throws IOException {
        String page = Files.readString(Path.of("docs/kernels.md"));
        for (Rule rule : Rule.values()) {
            assertTrue(page.contains("| `" + rule + "` |"), () -> rule + " is not in docs/kernels.md");
        }
    }

    @Test
    void aViolationNamesMethodLineAndRule() {
        String text = KernelChecker.check(StructureSamples.class, "returnFromAHelper").getFirst().toString();
        assertTrue(text.matches("StructureSamples\\.firstAbove line \\d+: LOOP_EXIT_VALUE \\(.+\\): .+"), text);
    }
}
