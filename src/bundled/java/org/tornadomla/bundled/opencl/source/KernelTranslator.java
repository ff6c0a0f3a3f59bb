package org.tornadomla.bundled.opencl.source;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.Refusal;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/**
 * Translates tasks to OpenCL C. Array parameters become pointers, loops over {@code @Parallel} variables are shared.
 * Whole numbers and floats stay parameters where that is possible, so that one program serves tasks of all sizes and
 * drivers compile each kernel once; where a private array's size depends on them, they become constants.
 */
public final class KernelTranslator {

    /** Layers of a model are alike: what one task's translation is, another's is too. */
    private static final Map<TranslationKey,
            KernelSource> KNOWN = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<TranslationKey, KernelSource> eldest) {
                    return size() > MOST_KNOWN;
                }
            });
    private static final int MOST_KNOWN = 512;

    private final Program program;
    private final boolean constantNumbers;

    private KernelTranslator(TranslationOptions options, boolean constantNumbers) {
        this.program = new Program(options);
        this.constantNumbers = constantNumbers;
    }

    /**
     * The program of one task.
     *
     * @throws TornadoBailoutRuntimeException naming task, method, source line and what has no translation
     */
    public static KernelSource translate(KernelTask task, TranslationOptions options) {
        TranslationKey key = TranslationKey.of(task, options);
        KernelSource known = KNOWN.get(key);
        if (known == null) {
            known = anew(task, options);
            KNOWN.put(key, known);
        }
        return known;
    }

    private static KernelSource anew(KernelTask task, TranslationOptions options) {
        try {
            return new KernelTranslator(options, false).translate(task);
        } catch (TornadoBailoutRuntimeException mayNeedConstants) {
            return new KernelTranslator(options, true).translate(task);
        }
    }

    private KernelSource translate(KernelTask task) {
        try {
            MethodCode code = MethodCode.of(task.method());
            List<Expr> arguments = new ArrayList<>();
            List<Integer> parameters = new ArrayList<>();
            int buffers = 0;
            Map<Object, Boolean> distinct = new IdentityHashMap<>();
            for (int i = 0; i < task.arguments().size(); i++) {
                Object value = task.arguments().get(i);
                Expr argument = argument(value);
                if (argument == null) {
                    throw new IllegalArgumentException(
                            "argument " + i + " is a " + value.getClass().getName() + ", which a kernel cannot take");
                }
                if (!argument.isConstant() && !argument.type().is(CType.Kind.CONTEXT)) {
                    parameters.add(i);
                }
                if (argument.type().is(CType.Kind.ARRAY)) {
                    buffers++;
                    distinct.put(ArrayMemory.storage(value), true);
                }
                arguments.add(argument);
            }
            String name = program
                    .functionName(task.method().getDeclaringClass().getSimpleName() + "_" + task.method().getName());
            FunctionTranslator function = new FunctionTranslator(program, code);
            String kernel = function.translateKernel(name, arguments, distinct.size() == buffers);
            return new KernelSource(name, program.text(kernel), parameters, function.parallelLoops().size(),
                    function.localBytes());
        } catch (Refusal | IllegalArgumentException refused) {
            throw new TornadoBailoutRuntimeException(
                    "task " + task.id() + " cannot be compiled to OpenCL C: " + refused.getMessage(), refused);
        }
    }

    /** What stands for a parameter; an array's code is its parameter's name, given later. */
    private Expr argument(Object value) {
        if (value instanceof KernelContext) {
            return Expr.of(CType.CONTEXT, "");
        }
        if (ArrayMemory.isArray(value)) {
            CType type = CType.ofClass(value.getClass().getName());
            int storage = ArrayMemory.storage(value).getSize();
            return type == null ? null : Expr.of(type, "").withDetail(new Expr.Array(storage / type.width(), storage));
        }
        return switch (value) {
            case Boolean flag -> Expr.constant(flag ? 1 : 0);
            case Character character -> Expr.constant((int) character);
            case Byte number -> Expr.constant(number.intValue());
            case Short number -> Expr.constant(number.intValue());
            case Integer number -> constantNumbers ? Expr.constant(number) : Expr.of(CType.INT, "");
            case Long number -> Expr.constant(number);
            case Float number -> constantNumbers ? Expr.constant(number) : Expr.of(CType.FLOAT, "");
            case Double number -> Expr.constant(number);
            default -> null;
        };
    }
}
