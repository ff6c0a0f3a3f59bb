package org.tornadomla.bundled.opencl.source;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.Refusal;
import org.tornadomla.bundled.device.CodePlace;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.memory.ArrayMemory;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

/**
 * Translates tasks to OpenCL C. Array parameters become pointers, loops over {@code @Parallel} variables are shared.
 * Whole numbers and floats stay parameters where that is possible, so that one program serves tasks of all sizes and
 * drivers compile each kernel once; those that the size of a private or local array depends on become constants.
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
    /** Which numbers had to be constants of a kernel, so that its next translation begins with them. */
    private static final Map<Method, Set<Integer>> SIZED_BY = new ConcurrentHashMap<>();

    /**
     * A translation that was just made.
     *
     * @param key  what other tasks have in common that it is for
     * @param kept whether another process may have it
     */
    record Translation(TranslationKey key, KernelSource source, boolean kept) {
    }

    private final Program program;
    /** Places of the numbers that are constants of the program. */
    private final Set<Integer> constants;

    private KernelTranslator(TranslationOptions options, Set<Integer> constants) {
        this.program = new Program(options);
        this.constants = constants;
    }

    /** The program of one task, where nothing is kept between processes. */
    public static KernelSource translate(KernelTask task, TranslationOptions options) {
        return translate(task, options, SourceStore.NONE);
    }

    /**
     * The program of one task.
     *
     * @param store asked for translations of earlier processes
     * @throws TornadoBailoutRuntimeException naming task, method, source line and what has no translation
     */
    public static KernelSource translate(KernelTask task, TranslationOptions options, SourceStore store) {
        // A class of the same name from elsewhere is another kernel, and only the library's classes are in the store's
        // keys.
        boolean kept = CodePlace.library().holds(task.method().getDeclaringClass());
        for (TranslationKey key : List.of(TranslationKey.general(task, options), TranslationKey.exact(task, options))) {
            KernelSource known = KNOWN.get(key);
            if (known == null && kept) {
                known = store.load(key.text());
            }
            if (known != null) {
                KNOWN.put(key, known);
                return known;
            }
        }
        Translation made = anew(task, options);
        KNOWN.put(made.key(), made.source());
        if (made.kept()) {
            store.store(made.key().text(), made.source());
        }
        return made.source();
    }

    /** A translation of a task, whatever is known. */
    static Translation anew(KernelTask task, TranslationOptions options) {
        Set<Integer> constants = new HashSet<>(SIZED_BY.getOrDefault(task.method(), Set.of()));
        KernelTranslator translator = new KernelTranslator(options, constants);
        KernelSource source = null;
        while (source == null) {
            try {
                source = translator.translate(task);
            } catch (TornadoBailoutRuntimeException refused) {
                if (!constants.addAll(translator.program.sizedBy()) && !constants.addAll(allOf(task))) {
                    throw refused;
                }
                SIZED_BY.merge(task.method(), Set.copyOf(translator.program.sizedBy()), KernelTranslator::both);
                translator = new KernelTranslator(options, constants);
            }
        }
        TranslationKey key = !constants.isEmpty() || translator.program.dependsOnSizes()
                ? TranslationKey.exact(task, options)
                : TranslationKey.general(task, options);
        return new Translation(key, source, translator.program.isOf(CodePlace.library()));
    }

    private static Set<Integer> both(Set<Integer> some, Set<Integer> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Integer> allOf(KernelTask task) {
        return IntStream.range(0, task.arguments().size()).boxed().collect(Collectors.toSet());
    }

    private KernelSource translate(KernelTask task) {
        try {
            MethodCode code = MethodCode.of(task.method(), program.options().lanes());
            program.note(code.owner());
            List<Expr> arguments = new ArrayList<>();
            List<Integer> parameters = new ArrayList<>();
            int buffers = 0;
            Map<Object, Boolean> distinct = new IdentityHashMap<>();
            for (int i = 0; i < task.arguments().size(); i++) {
                Object value = task.arguments().get(i);
                Expr argument = argument(i, value);
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
            return new KernelSource(name, program.text(kernel), program.functions(name), parameters,
                    function.parallelLoops().size(), function.localBytes());
        } catch (Refusal | IllegalArgumentException refused) {
            throw new TornadoBailoutRuntimeException(
                    "task " + task.id() + " cannot be compiled to OpenCL C: " + refused.getMessage(), refused);
        }
    }

    /** Whether a number is a parameter of the kernel where nothing asks for its value. */
    static boolean isParameter(Object number) {
        return number instanceof Integer || number instanceof Float;
    }

    /** What stands for a parameter; an array's code is its parameter's name, given later. */
    private Expr argument(int place, Object value) {
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
            case Number number when !constants.contains(place) && isParameter(number) ->
                Expr.argument(number instanceof Integer ? CType.INT : CType.FLOAT, "", place);
            case Integer number -> Expr.constant(number);
            case Long number -> Expr.constant(number);
            case Float number -> Expr.constant(number);
            case Double number -> Expr.constant(number);
            default -> null;
        };
    }
}
