package org.tornadomla.bundled.opencl;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Writes the code of one random method. Divisors are never 0, subscripts are masked, loops are short: it runs as Java
 * without exceptions.
 */
final class RandomCode {

    static final int HELPERS = 2;
    static final MethodTypeDesc HELPER = MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int,
            ConstantDescs.CD_float, ConstantDescs.CD_long);

    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final Opcode[] INT_OPS = {Opcode.IADD, Opcode.ISUB, Opcode.IMUL, Opcode.IAND, Opcode.IOR,
        Opcode.IXOR, Opcode.ISHL, Opcode.ISHR, Opcode.IUSHR, Opcode.IDIV, Opcode.IREM};
    private static final Opcode[] LONG_OPS = {Opcode.LADD, Opcode.LSUB, Opcode.LMUL, Opcode.LAND, Opcode.LOR,
        Opcode.LXOR, Opcode.LSHL, Opcode.LSHR, Opcode.LUSHR, Opcode.LDIV, Opcode.LREM};
    private static final Opcode[] FLOAT_OPS = {Opcode.FADD, Opcode.FSUB, Opcode.FMUL, Opcode.FDIV};
    private static final Opcode[] INT_TESTS = {Opcode.IF_ICMPEQ, Opcode.IF_ICMPNE, Opcode.IF_ICMPLT, Opcode.IF_ICMPGE,
        Opcode.IF_ICMPGT, Opcode.IF_ICMPLE};
    private static final Opcode[] SIGN_TESTS = {Opcode.IFEQ, Opcode.IFNE, Opcode.IFLT, Opcode.IFGE, Opcode.IFGT,
        Opcode.IFLE};
    private static final int[] CONSTANTS = {0, 1, -1, 2, 3, 7, 31, 32, 255, -128, 65535, 1 << 20, Integer.MAX_VALUE,
        Integer.MIN_VALUE};

    private final ClassDesc owner;
    private final CodeBuilder code;
    private final Random random;
    private final List<Integer> ints = new ArrayList<>();
    private final List<Integer> longs = new ArrayList<>();
    private final List<Integer> floats = new ArrayList<>();
    private final List<Label> breaks = new ArrayList<>();
    private final List<Label> continues = new ArrayList<>();
    private int helpers = HELPERS;
    private int array = -1;
    private boolean hasInputs;

    RandomCode(ClassDesc owner, CodeBuilder code, Random random) {
        this.owner = owner;
        this.code = code;
        this.random = random;
    }

    /** A kernel of the type {@link RandomKernels#KERNEL}. */
    void kernel() {
        hasInputs = true;
        for (int i = 0; i < RandomKernels.RESULTS; i++) {
            loadInput(RandomKernels.INT_ARRAY, ConstantDescs.CD_int, 0, i * 17);
            ints.add(store(TypeKind.INT));
            loadInput(RandomKernels.FLOAT_ARRAY, ConstantDescs.CD_float, 1, i * 5);
            floats.add(store(TypeKind.FLOAT));
            code.iload(ints.get(i)).i2l().loadConstant(random.nextLong()).lxor();
            longs.add(store(TypeKind.LONG));
        }
        code.bipush(8).newarray(TypeKind.INT);
        array = store(TypeKind.REFERENCE);
        statements(2 + random.nextInt(3), 2);
        for (int i = 0; i < RandomKernels.RESULTS; i++) {
            put(2, RandomKernels.INT_ARRAY, ConstantDescs.CD_int, i, TypeKind.INT, ints.get(i));
            putLong(i, longs.get(i));
            put(4, RandomKernels.FLOAT_ARRAY, ConstantDescs.CD_float, i, TypeKind.FLOAT, floats.get(i));
        }
        code.return_();
    }

    /** A helper; it calls only helpers of lower levels. */
    void helper(int level) {
        helpers = level;
        ints.add(0);
        floats.add(1);
        longs.add(2);
        code.iload(0).bipush(3).imul();
        ints.add(store(TypeKind.INT));
        statements(1 + random.nextInt(2), 1);
        intValue(2);
        code.ireturn();
    }

    private int store(TypeKind kind) {
        int slot = code.allocateLocal(kind);
        code.storeLocal(kind, slot);
        return slot;
    }

    private void loadInput(ClassDesc type, ClassDesc element, int parameter, int offset) {
        code.aload(parameter).iload(5).loadConstant(offset).iadd().bipush(RandomKernels.INPUTS - 1).iand();
        code.invokevirtual(type, "get", MethodTypeDesc.of(element, ConstantDescs.CD_int));
    }

    private void put(int parameter, ClassDesc type, ClassDesc element, int index, TypeKind kind, int slot) {
        code.aload(parameter).iload(5).loadConstant(RandomKernels.RESULTS).imul().loadConstant(index).iadd()
                .loadLocal(kind, slot);
        code.invokevirtual(type, "set", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, element));
    }

    /** Writes the halves of a long to the fourth parameter, one behind the other. */
    private void putLong(int index, int slot) {
        for (int half = 0; half < 2; half++) {
            code.aload(3).iload(5).loadConstant(RandomKernels.RESULTS).imul().loadConstant(index).iadd().iconst_2()
                    .imul().loadConstant(half).iadd();
            code.lload(slot).loadConstant(half * Integer.SIZE).lshr().l2i();
            code.invokevirtual(RandomKernels.INT_ARRAY, "set",
                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int));
        }
    }

    private int pick(List<Integer> slots) {
        return slots.get(random.nextInt(slots.size()));
    }

    // Statements

    private void statements(int count, int depth) {
        for (int i = 0; i < count; i++) {
            statement(depth);
        }
    }

    private void statement(int depth) {
        switch (random.nextInt(depth > 0 ? 14 : 8)) {
            case 0, 1 -> {
                intValue(3);
                code.istore(pick(ints));
            }
            case 2 -> {
                longValue(3);
                code.lstore(pick(longs));
            }
            case 3, 4 -> {
                floatValue(3);
                code.fstore(pick(floats));
            }
            case 5 -> code.iinc(pick(ints), random.nextInt(200) - 100);
            case 6 -> storeElement();
            case 7 -> swap();
            case 8, 9 -> branch(depth);
            case 10, 11 -> loop(depth);
            case 12 -> choice(depth);
            default -> leave(depth);
        }
    }

    private void storeElement() {
        if (array < 0) {
            return;
        }
        code.aload(array);
        intValue(1);
        code.bipush(7).iand();
        if (random.nextBoolean()) {
            // array[i] += value, as javac writes it
            code.dup2().iaload();
            intValue(2);
            code.iadd().iastore();
        } else {
            intValue(2);
            code.iastore();
        }
    }

    private void swap() {
        int a = pick(ints);
        int b = pick(ints);
        code.iload(a).iload(b).istore(a).istore(b);
    }

    private void branch(int depth) {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        jumpIf(otherwise);
        if (random.nextInt(4) == 0) {
            jumpIf(otherwise);
        }
        statements(1 + random.nextInt(2), depth - 1);
        code.goto_(end).labelBinding(otherwise);
        if (random.nextBoolean()) {
            statements(1, depth - 1);
        }
        code.labelBinding(end);
    }

    private void loop(int depth) {
        Label test = code.newLabel();
        Label next = code.newLabel();
        Label end = code.newLabel();
        code.iconst_0();
        int counter = store(TypeKind.INT);
        code.labelBinding(test).iload(counter).bipush(1 + random.nextInt(6)).if_icmpge(end);
        breaks.add(end);
        continues.add(next);
        statements(1 + random.nextInt(3), depth - 1);
        breaks.removeLast();
        continues.removeLast();
        code.labelBinding(next).iinc(counter, 1).goto_(test).labelBinding(end);
    }

    /** A conditional break or continue of any loop around. */
    private void leave(int depth) {
        if (breaks.isEmpty()) {
            branch(depth);
            return;
        }
        int which = random.nextInt(breaks.size());
        jumpIf(random.nextBoolean() ? breaks.get(which) : continues.get(which));
    }

    private void choice(int depth) {
        Label end = code.newLabel();
        Label otherwise = code.newLabel();
        List<Label> labels = new ArrayList<>();
        List<SwitchCase> cases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Label label = i > 0 && random.nextInt(4) == 0 ? labels.getLast() : code.newLabel();
            labels.add(label);
            cases.add(SwitchCase.of(random.nextBoolean() ? i : i * 2 + 10, label));
        }
        cases.sort(Comparator.comparingInt(SwitchCase::caseValue));
        intValue(2);
        code.bipush(15).iand();
        if (cases.stream().mapToInt(SwitchCase::caseValue).distinct().count() < cases.size() || random.nextBoolean()) {
            cases = java.util.stream.IntStream.range(0, 4).mapToObj(i -> SwitchCase.of(i, labels.get(i))).toList();
            code.tableswitch(0, 3, otherwise, cases);
        } else {
            code.lookupswitch(otherwise, cases);
        }
        for (Label label : labels.stream().distinct().toList()) {
            code.labelBinding(label);
            statements(1, depth - 1);
            if (random.nextBoolean()) {
                code.goto_(end);
            }
        }
        code.labelBinding(otherwise);
        statements(1, depth - 1);
        code.labelBinding(end);
    }

    private void jumpIf(Label target) {
        switch (random.nextInt(4)) {
            case 0 -> {
                floatValue(1);
                floatValue(1);
                (random.nextBoolean() ? code.fcmpl() : code.fcmpg()).branch(SIGN_TESTS[random.nextInt(6)], target);
            }
            case 1 -> {
                longValue(1);
                longValue(1);
                code.lcmp().branch(SIGN_TESTS[random.nextInt(6)], target);
            }
            case 2 -> {
                intValue(2);
                code.branch(SIGN_TESTS[random.nextInt(6)], target);
            }
            default -> {
                intValue(1);
                intValue(1);
                code.branch(INT_TESTS[random.nextInt(6)], target);
            }
        }
    }

    // Values, left on the operand stack

    private void intValue(int depth) {
        switch (random.nextInt(depth > 0 ? 16 : 4)) {
            case 0 -> code.loadConstant(
                    random.nextBoolean() ? CONSTANTS[random.nextInt(CONSTANTS.length)] : random.nextInt());
            case 1, 2, 3 -> code.iload(pick(ints));
            case 4, 5, 6, 7 -> intOperation(depth);
            case 8 -> intElement(depth);
            case 9 -> conversion(depth);
            case 10 -> chosen(TypeKind.INT, depth);
            case 11 -> comparison(depth);
            case 12 -> call(depth);
            case 13 -> {
                intValue(depth - 1);
                code.ineg();
            }
            case 14 -> {
                // x++ as a value
                int slot = pick(ints);
                code.iload(slot).iinc(slot, 1);
            }
            default -> {
                intValue(depth - 1);
                intValue(depth - 1);
                code.invokestatic(MATH, random.nextBoolean() ? "min" : "max",
                        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
            }
        }
    }

    private void intOperation(int depth) {
        Opcode operation = INT_OPS[random.nextInt(INT_OPS.length)];
        intValue(depth - 1);
        intValue(depth - 1);
        if (operation == Opcode.IDIV || operation == Opcode.IREM) {
            code.iconst_1().ior();
        }
        operator(operation);
    }

    private void operator(Opcode operation) {
        code.with(java.lang.classfile.instruction.OperatorInstruction.of(operation));
    }

    private void intElement(int depth) {
        if (array >= 0 && random.nextBoolean()) {
            code.aload(array);
            intValue(depth - 1);
            code.bipush(7).iand().iaload();
        } else if (hasInputs) {
            code.aload(0);
            intValue(depth - 1);
            code.bipush(RandomKernels.INPUTS - 1).iand();
            code.invokevirtual(RandomKernels.INT_ARRAY, "get",
                    MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int));
        } else {
            code.iload(pick(ints));
        }
    }

    private void conversion(int depth) {
        switch (random.nextInt(5)) {
            case 0 -> {
                floatValue(depth - 1);
                code.f2i();
            }
            case 1 -> {
                longValue(depth - 1);
                code.l2i();
            }
            case 2 -> {
                intValue(depth - 1);
                code.i2b();
            }
            case 3 -> {
                intValue(depth - 1);
                code.i2s();
            }
            default -> {
                intValue(depth - 1);
                code.i2c();
            }
        }
    }

    /** {@code condition ? a : b}, with whatever lies below it on the stack. */
    private void chosen(TypeKind kind, int depth) {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        jumpIf(otherwise);
        value(kind, depth - 1);
        code.goto_(end).labelBinding(otherwise);
        value(kind, depth - 1);
        code.labelBinding(end);
    }

    private void value(TypeKind kind, int depth) {
        switch (kind) {
            case INT -> intValue(depth);
            case LONG -> longValue(depth);
            default -> floatValue(depth);
        }
    }

    private void comparison(int depth) {
        if (random.nextBoolean()) {
            floatValue(depth - 1);
            floatValue(depth - 1);
            code.fcmpl();
        } else {
            longValue(depth - 1);
            longValue(depth - 1);
            code.lcmp();
        }
    }

    private void call(int depth) {
        if (helpers == 0) {
            code.iload(pick(ints));
            return;
        }
        intValue(depth - 1);
        floatValue(depth - 1);
        longValue(depth - 1);
        code.invokestatic(owner, "helper" + random.nextInt(helpers), HELPER);
    }

    private void longValue(int depth) {
        switch (random.nextInt(depth > 0 ? 9 : 3)) {
            case 0 -> code.loadConstant(
                    random.nextBoolean() ? (long) CONSTANTS[random.nextInt(CONSTANTS.length)] : random.nextLong());
            case 1, 2 -> code.lload(pick(longs));
            case 3 -> {
                intValue(depth - 1);
                code.i2l();
            }
            case 4 -> {
                floatValue(depth - 1);
                code.f2l();
            }
            case 5 -> chosen(TypeKind.LONG, depth);
            default -> {
                Opcode operation = LONG_OPS[random.nextInt(LONG_OPS.length)];
                longValue(depth - 1);
                if (operation == Opcode.LSHL || operation == Opcode.LSHR || operation == Opcode.LUSHR) {
                    intValue(depth - 1);
                } else {
                    longValue(depth - 1);
                }
                if (operation == Opcode.LDIV || operation == Opcode.LREM) {
                    code.lconst_1().lor();
                }
                operator(operation);
            }
        }
    }

    private void floatValue(int depth) {
        switch (random.nextInt(depth > 0 ? 11 : 3)) {
            case 0 -> code.loadConstant(random.nextBoolean() ? random.nextFloat() : (random.nextInt(41) - 20) * 0.25f);
            case 1, 2 -> code.fload(pick(floats));
            case 3 -> {
                intValue(depth - 1);
                code.i2f();
            }
            case 4 -> {
                longValue(depth - 1);
                code.l2f();
            }
            case 5 -> chosen(TypeKind.FLOAT, depth);
            case 6 -> {
                floatValue(depth - 1);
                code.fneg();
            }
            case 7 -> {
                floatValue(depth - 1);
                floatValue(depth - 1);
                code.invokestatic(MATH, random.nextBoolean() ? "min" : "max",
                        MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_float, ConstantDescs.CD_float));
            }
            default -> {
                floatValue(depth - 1);
                floatValue(depth - 1);
                operator(FLOAT_OPS[random.nextInt(FLOAT_OPS.length)]);
            }
        }
    }
}
