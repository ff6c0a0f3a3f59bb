package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.tornadomla.bundled.bytecode.LaneShapes;
import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.Widening;

/** Calls: accessors of arrays, halves, the kernel context, and static methods of the program's own. */
final class Calls {

    /** Bytes of a float or int in local memory. */
    private static final int LOCAL_ELEMENT_BYTES = 4;

    private final BlockTranslator translator;
    private final Prelude prelude;
    private final VectorCalls vectors;

    Calls(BlockTranslator translator) {
        this.translator = translator;
        this.prelude = translator.function().program().prelude();
        this.vectors = new VectorCalls(translator);
    }

    /** The value of a call; null when it has none. */
    Expr call(InvokeInstruction invoke, List<Expr> arguments) {
        String owner = invoke.owner().asInternalName().replace('/', '.');
        String name = invoke.name().stringValue();
        if (name.equals("<init>")) {
            construct(owner, invoke.typeSymbol(), arguments);
            return null;
        }
        Expr result;
        if (owner.startsWith(CType.ARRAYS) || owner.startsWith(CType.COLLECTIONS)) {
            result = arrayCall(name, arguments);
        } else if (owner.startsWith(CType.VECTORS)) {
            result = vectors.call(name, arguments);
        } else if (owner.equals(CType.KERNEL_CONTEXT)) {
            result = contextCall(name, arguments);
        } else if (owner.equals(CType.HALF_FLOAT)) {
            result = halfCall(name, arguments);
        } else if (MathCalls.knows(owner)) {
            result = new MathCalls(prelude).call(name, arguments);
        } else if (invoke.opcode() == Opcode.INVOKESTATIC) {
            result = helper(owner, name, invoke.typeSymbol(), arguments);
        } else {
            result = null;
        }
        if (result == null) {
            throw translator.refuse("a call of " + owner + "." + name + invoke.typeSymbol().displayDescriptor());
        }
        return result;
    }

    private static Expr nothing() {
        return Expr.of(CType.VOID, "");
    }

    /** What {@code new} leaves on the stack. */
    Expr uninitialised(String className) {
        CType type = CType.ofClass(className);
        if (type == null || !type.is(CType.Kind.VECTOR) && !type.is(CType.Kind.HALF)) {
            throw translator.refuse("a new " + className);
        }
        return new Expr(type, "", false, null, Set.of(), false, Set.of(),
                new Expr.Uninitialised(className, new Object()));
    }

    private void construct(String owner, MethodTypeDesc type, List<Expr> arguments) {
        if (!(arguments.getFirst().detail() instanceof Expr.Uninitialised object)) {
            throw translator.refuse("a constructor of " + owner);
        }
        List<Expr> values = arguments.subList(1, arguments.size());
        Expr value;
        if (owner.equals(CType.HALF_FLOAT)) {
            boolean encoded = type.parameterType(0).descriptorString().equals("S");
            value = Expr.atom(CType.HALF, prelude.call(encoded ? "half_value" : "half_round", values.getFirst()),
                    values.getFirst());
        } else {
            value = vectors.construct(arguments.getFirst().type(), values);
        }
        translator.initialise(object, value);
    }

    private Expr arrayCall(String name, List<Expr> arguments) {
        Expr array = arguments.getFirst();
        return switch (name) {
            case "get" -> arguments.size() == 2 ? translator.element(array, arguments.get(1)) : null;
            case "set" -> {
                if (arguments.size() != 3) {
                    yield null;
                }
                translator.storeElement(array, arguments.get(1), arguments.get(2));
                yield nothing();
            }
            case "getSize", "getLength" -> length(array);
            case "size" -> array.detail() instanceof Expr.Array known ? size(known.storage()) : length(array);
            default -> null;
        };
    }

    /** The number of elements of an array. */
    Expr length(Expr array) {
        if (array.detail() instanceof Expr.Array known) {
            return size(known.length());
        }
        throw translator.refuse("the length of an array that was chosen at run time");
    }

    private Expr size(int elements) {
        translator.function().program().noteSize();
        return Expr.constant(elements);
    }

    private Expr halfCall(String name, List<Expr> arguments) {
        Expr first = arguments.getFirst();
        return switch (name) {
            case "getFloat32" -> first.withType(CType.FLOAT);
            case "getHalfFloatValue" -> Expr.atom(CType.INT, prelude.call("half_bits", first), first);
            case "add", "mult" -> {
                String operator = VectorCalls.OPERATORS.get(name);
                Expr value = Arithmetic.infix(CType.HALF, first, operator, arguments.get(1));
                yield Expr.atom(CType.HALF, prelude.call("half_round", value), value);
            }
            default -> null;
        };
    }

    private Expr contextCall(String name, List<Expr> arguments) {
        return switch (name) {
            case "localBarrier" -> effect("barrier(CLK_LOCAL_MEM_FENCE);");
            case "globalBarrier" -> effect("barrier(CLK_GLOBAL_MEM_FENCE);");
            case "allocateIntLocalArray" -> localArray("int", arguments.get(1));
            case "allocateFloatLocalArray" -> localArray("float", arguments.get(1));
            case "atomicAdd" -> atomicAdd(arguments);
            default -> null;
        };
    }

    private Expr effect(String statement) {
        translator.beforeMemoryChange();
        translator.statement(statement);
        return nothing();
    }

    private Expr localArray(String element, Expr length) {
        if (!translator.function().isKernel()) {
            throw translator.refuse(
                    "a local array allocated in a method that a kernel calls; allocate it in the kernel and pass it on:");
        }
        if (length.intValue() == null || length.intValue() <= 0) {
            translator.function().program().noteSizedBy(length.arguments());
            throw translator.refuse("a local array whose size is not a positive constant or task argument");
        }
        int count = length.intValue();
        String name = translator.function().locals().freshName(translator.nextStoredName("shared"));
        translator.function().noteLocalBytes((long) count * LOCAL_ELEMENT_BYTES);
        translator.function().declareArray("__local " + element + " " + name + "[" + count + "];");
        return Expr.atom(CType.array(element, "__local ", 1), name).withDetail(new Expr.Array(count, count));
    }

    private Expr atomicAdd(List<Expr> arguments) {
        Expr array = arguments.get(1);
        String place = "&" + array.code() + "[" + arguments.get(2).subscript() + "], " + arguments.get(3).code() + ");";
        return effect("atomic_add(" + place);
    }

    /** A call as an expression, when the method is one and its arguments may stand in it as often as it uses them. */
    private Expr inline(MethodCode callee, List<Expr> arguments) {
        Program program = translator.function().program();
        int[] loads = new FunctionTranslator(program, callee).loadsOfParameters();
        for (int i = 0; i < loads.length; i++) {
            Expr argument = arguments.get(i);
            boolean plain = argument.isConstant() || argument.detail() instanceof Expr.Read
                    || argument.isInvariant() && argument.atom() || argument.type().is(CType.Kind.CONTEXT);
            if (loads[i] > 1 && !plain) {
                return null;
            }
        }
        Expr value = program.inline(callee, arguments);
        if (value != null && value.memory()) {
            translator.function().noteRead();
        }
        return value;
    }

    private Expr helper(String owner, String name, MethodTypeDesc type, List<Expr> arguments) {
        MethodCode callee;
        try {
            Class<?> declaring = Class.forName(owner, false, translator.code().owner().getClassLoader());
            translator.function().program().note(declaring);
            if (Widening.BFLOAT16.is(declaring, name, type)) {
                return Arithmetic.widened(arguments.getFirst());
            }
            callee = MethodCode.of(declaring, name, type, translator.function().program().options().lanes());
        } catch (ClassNotFoundException | IllegalArgumentException unknown) {
            throw translator.refuse("a call of " + owner + "." + name + ", whose code is not to be had ("
                    + unknown.getMessage() + "),");
        }
        LaneShapes.Shape shape = LaneShapes.of(callee.method(), callee.owner().getClassLoader());
        Expr vector = shape == null ? null : vectors.shaped(shape, arguments);
        if (vector != null) {
            return vector;
        }
        Expr inlined = inline(callee, arguments);
        return inlined != null ? inlined : called(callee, arguments);
    }

    private Expr called(MethodCode callee, List<Expr> arguments) {
        Program.Helper helper = translator.function().program().helper(callee, arguments);
        List<Expr> passed = new ArrayList<>();
        for (Expr argument : arguments) {
            if (!argument.isConstant() && !argument.type().is(CType.Kind.CONTEXT)) {
                passed.add(argument);
            }
        }
        String text = helper.name() + "(" + String.join(", ", passed.stream().map(Expr::code).toList()) + ")";
        Expr call = Expr.atom(helper.type(), text, passed.toArray(Expr[]::new));
        if (helper.reads()) {
            translator.function().noteRead();
            call = call.fromMemory();
        }
        if (!helper.writes()) {
            return call;
        }
        translator.beforeMemoryChange();
        if (helper.type().is(CType.Kind.VOID)) {
            translator.statement(text + ";");
            return call;
        }
        return translator.materialise(call);
    }
}
