package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.ParallelLoop;
import org.tornadomla.bundled.bytecode.Refusal;

/**
 * Translates the instructions of one block by running them on a stack of expressions. An expression is written into a
 * statement when it is consumed; one that still waits when a variable or memory it reads is about to change goes to a
 * temporary.
 */
final class BlockTranslator {

    private final FunctionTranslator function;
    private final MethodCode code;
    private final Block block;
    private final Arithmetic arithmetic;
    private final Conditions conditions;
    private final Calls calls;
    private final List<Expr> stack = new ArrayList<>();
    private int position;

    BlockTranslator(FunctionTranslator function, Block block) {
        this.function = function;
        this.code = function.code();
        this.block = block;
        this.arithmetic = new Arithmetic(function.program().prelude());
        this.conditions = new Conditions();
        this.calls = new Calls(this);
        stack.addAll(block.entryStack());
    }

    FunctionTranslator function() {
        return function;
    }

    MethodCode code() {
        return code;
    }

    void translate() {
        for (position = block.start(); position < block.end(); position++) {
            instruction(code.instructions().get(position));
        }
        if (block.terminator() == null) {
            position = Math.max(block.start(), block.end() - 1);
            leaveTo(function.blockAt(block.end()));
            block.terminator(new Block.Jump(function.blockAt(block.end())));
        }
    }

    Refusal refuse(String what) {
        return Refusal.at(code, position, what);
    }

    private void instruction(Instruction instruction) {
        switch (instruction) {
            case ConstantInstruction constant -> push(constant(constant));
            case LoadInstruction load -> push(load(load));
            case StoreInstruction store -> store(store);
            case IncrementInstruction increment -> increment(increment);
            case OperatorInstruction operator -> operator(operator.opcode());
            case ConvertInstruction convert -> push(arithmetic.unary(convert.opcode(), value()));
            case StackInstruction shuffle -> shuffle(shuffle.opcode());
            case ArrayLoadInstruction load -> {
                Expr index = value();
                push(element(pop(), index));
            }
            case ArrayStoreInstruction store -> {
                Expr value = pop();
                Expr index = value();
                storeElement(pop(), index, value);
            }
            case NewPrimitiveArrayInstruction array -> push(newArray(array.typeKind()));
            case NewObjectInstruction object ->
                push(calls.uninitialised(object.className().asInternalName().replace('/', '.')));
            case FieldInstruction field -> push(new Fields(this).read(field));
            case InvokeInstruction invoke -> invoke(invoke);
            case BranchInstruction branch -> branch(branch);
            case TableSwitchInstruction table -> choice(table.cases(), code.position(table.defaultTarget()));
            case LookupSwitchInstruction lookup -> choice(lookup.cases(), code.position(lookup.defaultTarget()));
            case ReturnInstruction leave -> leave(leave.typeKind());
            case TypeCheckInstruction check when check.opcode() == Opcode.CHECKCAST -> {
            }
            case NopInstruction nothing -> {
            }
            default -> throw refuse("the instruction " + instruction.opcode().name().toLowerCase(Locale.ROOT));
        }
    }

    // Stack

    void push(Expr value) {
        if (value == null) {
            throw refuse(
                    "the instruction " + code.instructions().get(position).opcode().name().toLowerCase(Locale.ROOT));
        }
        stack.add(value);
    }

    Expr pop() {
        return stack.removeLast();
    }

    /** Replaces an uninitialised object, wherever it lies on the stack. */
    void initialise(Expr.Uninitialised object, Expr value) {
        Expr stable = stack.stream().filter(entry -> entry.detail() == object).count() > 1 ? materialise(value) : value;
        stack.replaceAll(entry -> entry.detail() == object ? stable : entry);
    }

    private Expr constant(ConstantInstruction constant) {
        if (constant.constantValue() instanceof Number number) {
            return Expr.constant(number);
        }
        throw refuse("the constant " + constant.constantValue());
    }

    private Expr load(LoadInstruction load) {
        Variable variable = function.locals().forLoad(load.slot(), position, load.typeKind());
        if (variable == null) {
            throw refuse("a variable read before it is written");
        }
        return Expr.read(variable);
    }

    private void shuffle(Opcode opcode) {
        int size = stack.size();
        switch (opcode) {
            case POP -> discard(pop());
            case POP2 -> {
                Expr top = pop();
                discard(top);
                if (!top.type().isWide()) {
                    discard(pop());
                }
            }
            case DUP -> insertCopies(1, size);
            case DUP_X1 -> insertCopies(1, size - 2);
            case DUP_X2 -> insertCopies(1, stack.get(size - 2).type().isWide() ? size - 2 : size - 3);
            case DUP2 -> insertCopies(stack.getLast().type().isWide() ? 1 : 2, size);
            case DUP2_X1 -> insertCopies(stack.getLast().type().isWide() ? 1 : 2,
                    stack.getLast().type().isWide() ? size - 2 : size - 3);
            case DUP2_X2 -> {
                int copies = stack.getLast().type().isWide() ? 1 : 2;
                insertCopies(copies,
                        stack.get(size - copies - 1).type().isWide() ? size - copies - 1 : size - copies - 2);
            }
            case SWAP -> stack.add(size - 2, pop());
            default -> throw refuse("the instruction " + opcode);
        }
    }

    private void discard(Expr value) {
        // An expression on the stack has no effect; calls that have one are statements already.
        if (value.detail() instanceof Expr.Uninitialised) {
            throw refuse("an object that is not initialised");
        }
    }

    private void insertCopies(int count, int at) {
        int first = stack.size() - count;
        for (int i = first; i < stack.size(); i++) {
            Expr entry = stack.get(i);
            boolean plain = entry.atom() && !entry.memory() && entry.index() == null
                    && !(entry.code().endsWith(")") && !entry.isConstant());
            stack.set(i, plain || !isStorable(entry) ? entry : materialise(entry));
        }
        stack.addAll(at > first ? stack.size() : at, List.copyOf(stack.subList(first, first + count)));
    }

    private static boolean isStorable(Expr value) {
        return !(value.detail() instanceof Expr.Uninitialised) && !value.type().is(CType.Kind.CONTEXT)
                && !(value.type().is(CType.Kind.ARRAY) && value.isInvariant());
    }

    // Statements

    /** Adds a statement. */
    void statement(String text) {
        String whole = checked(text);
        statement(() -> whole);
    }

    private void statement(Supplier<String> text) {
        block.statements().add(new Block.Statement(code.line(position), text));
    }

    private String checked(String text) {
        if (text.contains("double") && !function.program().options().fp64()) {
            throw refuse("arithmetic on 64-bit floats, which the device does not have,");
        }
        return text;
    }

    /** Gives the value to a temporary; the result reads that. */
    Expr materialise(Expr value) {
        Expr plain = value.detail() instanceof Expr.Comparison comparison ? conditions.value(comparison) : value;
        Variable temporary = function.locals().temporary(plain.type());
        statement(temporary.name() + " = " + plain.code() + ";");
        return Expr.read(temporary);
    }

    private void spill(Predicate<Expr> which) {
        for (int i = 0; i < stack.size(); i++) {
            if (which.test(stack.get(i)) && isStorable(stack.get(i))) {
                stack.set(i, materialise(stack.get(i)));
            }
        }
    }

    /** Saves what waits on the stack from a change of a variable. */
    void beforeChangeOf(Variable variable) {
        spill(entry -> entry.reads().contains(variable));
    }

    /** Saves what waits on the stack from a change of memory. */
    void beforeMemoryChange() {
        function.noteWrite();
        spill(Expr::memory);
    }

    private void store(StoreInstruction store) {
        Expr value = pop();
        if (value.detail() instanceof Expr.Comparison comparison) {
            value = conditions.value(comparison);
        }
        Variable variable = function.locals().forStore(store.slot(), position, store.typeKind(), value.type());
        boolean array = value.type().is(CType.Kind.ARRAY);
        if (variable.isAssignedOnce() && value.isInvariant()
                && (value.isConstant() || array || value.type().is(CType.Kind.CONTEXT))) {
            variable.alias(value);
            return;
        }
        if (!isStorable(value) && !array || array && !variable.type().equals(value.type())) {
            throw refuse(
                    "an assignment of " + (array ? "arrays of several kinds" : "an object") + " to " + variable.name());
        }
        beforeChangeOf(variable);
        function.locals().declare(variable);
        statement(variable.name() + " = " + value.code() + ";");
        function.parallelLoops().stream().filter(shared -> shared.loop().init() == position)
                .forEach(shared -> mapping(shared, variable));
    }

    private void mapping(SharedLoop loop, Variable variable) {
        loop.variable(variable.name());
        loop.helpers().forEach(name -> function.locals().declare(new Variable(name, CType.INT, 2)));
        boolean blocks = function.program().options().blocks();
        statement(() -> loop.mapping(blocks));
    }

    private void increment(IncrementInstruction increment) {
        Variable variable = function.locals().forLoad(increment.slot(), position, TypeKind.INT);
        beforeChangeOf(variable);
        SharedLoop parallel = function.parallelLoops().stream().filter(shared -> shared.loop().advance() == position)
                .findFirst().orElse(null);
        if (parallel != null) {
            boolean blocks = function.program().options().blocks();
            statement(() -> parallel.advanceText(blocks));
            return;
        }
        Expr sum = arithmetic.binary(Opcode.IADD, Expr.read(variable), Expr.constant(increment.constant()));
        statement(variable.name() + " = " + sum.code() + ";");
    }

    // Values

    private void operator(Opcode opcode) {
        switch (opcode) {
            case ARRAYLENGTH -> push(calls.length(pop()));
            case LCMP, FCMPL, DCMPL, FCMPG, DCMPG -> {
                Expr right = pop();
                Expr left = pop();
                int nan = opcode == Opcode.FCMPG || opcode == Opcode.DCMPG ? 1 : -1;
                push(Expr.of(CType.INT, "", left, right).withDetail(new Expr.Comparison(left, right, nan)));
            }
            case INEG, LNEG, FNEG, DNEG -> push(arithmetic.unary(opcode, value()));
            default -> {
                Expr right = value();
                Expr left = value();
                push(arithmetic.binary(opcode, left, right));
            }
        }
    }

    /** The top of the stack as a value that an operator may use. */
    Expr value() {
        Expr top = pop();
        return top.detail() instanceof Expr.Comparison comparison ? conditions.value(comparison) : top;
    }

    /** The element of an array. */
    Expr element(Expr array, Expr index) {
        CType type = array.type();
        if (!type.is(CType.Kind.ARRAY)) {
            throw refuse("an element of something that is not an array");
        }
        function.noteRead();
        CType result = type.elementValue();
        String place = array.code() + "[" + index.subscript() + "]";
        Expr value = switch (type.element()) {
            case "half" ->
                Expr.atom(result, "vload_half(" + index.subscript() + ", " + array.code() + ")", array, index);
            case "char", "short", "ushort" -> Expr.of(result, "(int)" + place, array, index);
            default -> Expr.atom(result, place, array, index);
        };
        return value.fromMemory();
    }

    /** Stores to an element of an array. */
    void storeElement(Expr array, Expr index, Expr given) {
        CType type = array.type();
        if (!type.is(CType.Kind.ARRAY)) {
            throw refuse("a store to something that is not an array");
        }
        Expr value = given.detail() instanceof Expr.Comparison comparison ? conditions.value(comparison) : given;
        beforeMemoryChange();
        if (type.element().equals("half")) {
            statement("vstore_half_rte(" + value.code() + ", " + index.subscript() + ", " + array.code() + ");");
        } else {
            statement(array.code() + "[" + index.subscript() + "] = " + value.code() + ";");
        }
    }

    private Expr newArray(TypeKind kind) {
        Expr size = pop();
        Integer length = size.intValue();
        if (length == null || length <= 0) {
            function.program().noteSizedBy(size.arguments());
            throw refuse("a private array whose size is not a positive constant");
        }
        String element = CType.elementOfDescriptor(kind.upperBound().descriptorString());
        String name = function.locals().freshName(nextStoredName("array"));
        function.declareArray(element + " " + name + "[" + length + "];");
        beforeMemoryChange();
        statement("for (int z = 0; z < " + length + "; z++) " + name + "[z] = 0;");
        return Expr.atom(CType.array(element, "", 1), name).withDetail(new Expr.Array(length, length));
    }

    /** Name of the variable that the next instruction stores to, or the given one. */
    String nextStoredName(String otherwise) {
        return code.instructions().get(position + 1) instanceof StoreInstruction store
                ? code.local(store.slot(), position + 2).map(MethodCode.Local::name).orElse(otherwise)
                : otherwise;
    }

    private void invoke(InvokeInstruction invoke) {
        int count = invoke.typeSymbol().parameterCount() + (invoke.opcode() == Opcode.INVOKESTATIC ? 0 : 1);
        List<Expr> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.addFirst(value());
        }
        Expr result = calls.call(invoke, arguments);
        if (result != null && !result.type().is(CType.Kind.VOID)) {
            push(result);
        }
    }

    // Ends of blocks

    private void leave(TypeKind kind) {
        Expr value = kind == TypeKind.VOID ? null : value();
        if (value != null) {
            checked(value.code());
        }
        block.terminator(new Block.Return(value));
    }

    private void branch(BranchInstruction branch) {
        int target = function.blockAt(code.position(branch.target()));
        if (branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W) {
            leaveTo(target);
            block.terminator(new Block.Jump(target));
            return;
        }
        Conditions.Test test = conditions.test(branch.opcode(), this);
        int next = function.blockAt(position + 1);
        if (test == null) {
            throw refuse("a comparison of references");
        }
        if (test.known() != null) {
            int taken = test.known() ? target : next;
            leaveTo(taken);
            block.terminator(new Block.Jump(taken));
            return;
        }
        Block.Condition condition = test.condition();
        checked(condition.code());
        if (!stack.isEmpty()) {
            Expr saved = materialise(Expr.of(CType.INT, condition.code(), test.left(), test.right()));
            condition = new Block.Condition(saved.code() + " != 0", saved.code() + " == 0");
        }
        leaveTo(target, next);
        Block.Condition last = condition;
        SharedLoop loop = boundedLoop(test);
        String end = loop == null ? "" : loop.variable() + "__end";
        block.terminator(new Block.Branch(
                () -> loop == null
                        ? last
                        : new Block.Condition(loop.variable() + " >= " + end, loop.variable() + " < " + end),
                target, next));
    }

    /**
     * The parallel loop that this block tests, when its bound can be computed in front of it; null when the test stays.
     */
    private SharedLoop boundedLoop(Conditions.Test test) {
        SharedLoop loop = function.parallelLoops().stream().filter(one -> one.loop().test() == block.start())
                .findFirst().orElse(null);
        if (loop == null || loop.loop().exit() != position || !block.statements().isEmpty()) {
            return null;
        }
        ParallelLoop place = loop.loop();
        boolean changes = test.right().reads().stream()
                .anyMatch(variable -> function.locals().isStoredWithin(variable, place.test(), place.end()));
        if (changes) {
            return null;
        }
        loop.bound(place.inclusive() ? "(long)" + test.right().operand() + " + 1L" : test.right().code());
        if (!place.inclusive() && test.right().intValue() != null
                && code.instructions().get(place.init() - 1) instanceof ConstantInstruction first
                && first.constantValue() instanceof Integer begin) {
            loop.constantTrips((test.right().intValue() - begin) / place.step());
        }
        return function.program().options().blocks() ? loop : null;
    }

    private void choice(List<SwitchCase> cases, int defaultPosition) {
        Expr value = materialise(value());
        Map<Integer, String> conditionOf = new LinkedHashMap<>();
        int otherwise = function.blockAt(defaultPosition);
        for (SwitchCase one : cases) {
            int target = function.blockAt(code.position(one.target()));
            if (target != otherwise) {
                conditionOf.merge(target, value.code() + " == " + one.caseValue(), (a, b) -> a + " || " + b);
            }
        }
        int[] targets = IntStream
                .concat(conditionOf.keySet().stream().mapToInt(Integer::intValue), IntStream.of(otherwise)).toArray();
        leaveTo(targets);
        block.terminator(conditionOf.isEmpty()
                ? new Block.Jump(otherwise)
                : new Block.Choice(List.copyOf(conditionOf.values()), List.copyOf(conditionOf.keySet()), otherwise));
    }

    /** Leaves what lies on the stack where the targets expect it. */
    private void leaveTo(int... targets) {
        List<Expr> handed = null;
        for (int target : targets) {
            List<Expr> expected = function.entryStack(target);
            if (expected == null) {
                if (handed == null) {
                    handed = stack.stream().map(
                            entry -> isStorable(entry) ? Expr.read(function.locals().temporary(entry.type())) : entry)
                            .toList();
                    assign(handed);
                }
                function.enter(target, handed);
            } else if (expected != handed) {
                assign(expected);
            }
        }
    }

    private void assign(List<Expr> places) {
        if (places.size() != stack.size()) {
            throw refuse("operand stacks of different depth at a jump");
        }
        for (int i = 0; i < places.size(); i++) {
            Expr value = stack.get(i);
            if (!isStorable(value)) {
                if (!places.get(i).code().equals(value.code())) {
                    throw refuse("an array or object chosen by a condition");
                }
            } else if (!places.get(i).code().equals(value.code())) {
                Expr plain = value.detail() instanceof Expr.Comparison comparison
                        ? conditions.value(comparison)
                        : value;
                statement(places.get(i).code() + " = " + plain.code() + ";");
            }
        }
    }
}
