package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.tornadomla.bundled.bytecode.FlowGraph;
import org.tornadomla.bundled.bytecode.MethodCode;
import org.tornadomla.bundled.bytecode.ParallelLoops;
import org.tornadomla.bundled.bytecode.Refusal;

/** Translates one method to one C function. */
final class FunctionTranslator {

    private final Program program;
    private final MethodCode code;
    private final Locals locals;
    private final List<Block> blocks = new ArrayList<>();
    private final Map<Integer, Integer> blockAt = new LinkedHashMap<>();
    private final List<String> arrays = new ArrayList<>();
    private List<SharedLoop> parallelLoops = List.of();
    private boolean isKernel;
    private boolean writes;
    private boolean reads;
    private long localBytes;

    FunctionTranslator(Program program, MethodCode code) {
        this.program = program;
        this.code = code;
        this.locals = new Locals(code);
    }

    Program program() {
        return program;
    }

    MethodCode code() {
        return code;
    }

    Locals locals() {
        return locals;
    }

    List<SharedLoop> parallelLoops() {
        return parallelLoops;
    }

    boolean isKernel() {
        return isKernel;
    }

    long localBytes() {
        return localBytes;
    }

    /** Notes that the function changes memory or waits for other work-items. */
    void noteWrite() {
        writes = true;
    }

    void noteRead() {
        reads = true;
    }

    void noteLocalBytes(long bytes) {
        localBytes += bytes;
    }

    /** Adds the declaration of an array. */
    void declareArray(String declaration) {
        arrays.add(declaration);
    }

    /**
     * Translates the method as a kernel; {@code arguments} are what stands for the parameters, C parameters by their
     * names.
     */
    String translateKernel(String name, List<Expr> arguments, boolean distinct) {
        isKernel = true;
        parallelLoops = SharedLoop.of(code);
        List<String> parameters = new ArrayList<>();
        List<Block.Statement> prologue = new ArrayList<>();
        bind(arguments, parameters, prologue, distinct ? "restrict " : "");
        if (!parallelLoops.isEmpty()) {
            arrays.add("int item0 = (int)get_global_id(0), items0 = (int)get_global_size(0);");
            program.prelude().use("trips");
            program.prelude().use("iadd");
            program.prelude().use("imul");
        }
        return function("__kernel void " + name, parameters, body(prologue));
    }

    /** Translates the method as a function that kernels call. */
    Program.Helper translateHelper(String name, List<Expr> arguments) {
        if (ParallelLoops.any(code)) {
            throw Refusal.at(code, 0, "a parallel loop in a method that a kernel calls");
        }
        List<String> parameters = new ArrayList<>();
        List<Block.Statement> prologue = new ArrayList<>();
        bind(arguments, parameters, prologue, "");
        List<String> body = body(prologue);
        ClassDesc result = code.method().methodTypeSymbol().returnType();
        CType type = CType.ofDescriptor(result.descriptorString());
        if (type == null || type.is(CType.Kind.ARRAY) || type.is(CType.Kind.CONTEXT)) {
            throw Refusal.at(code, 0, "a method that returns " + result.displayName());
        }
        return new Program.Helper(name, type, writes, reads, function("" + type.code() + " " + name, parameters, body));
    }

    /**
     * The value of a call as an expression of the caller, so that the driver's compiler sees it whole; null when the
     * method does more than compute a value from its arguments.
     */
    Expr inline(List<Expr> arguments) {
        if (code.method().methodTypeSymbol().returnType().equals(ConstantDescs.CD_void) || !isStraight()) {
            return null;
        }
        int slot = 0;
        List<ClassDesc> types = code.method().methodTypeSymbol().parameterList();
        for (int i = 0; i < types.size(); i++) {
            TypeKind kind = TypeKind.from(types.get(i));
            locals.parameter(slot, kind, arguments.get(i).type(), "p" + i).alias(arguments.get(i));
            slot += kind.slotSize();
        }
        Block block = new Block(0, code.instructions().size());
        block.entryStack(List.of());
        new BlockTranslator(this, block).translate();
        return block.statements().isEmpty() && arrays.isEmpty() ? ((Block.Return) block.terminator()).value() : null;
    }

    /** Whether the method has neither jumps nor variables of its own. */
    private boolean isStraight() {
        List<Instruction> instructions = code.instructions();
        return !code.hasHandlers() && instructions.getLast() instanceof ReturnInstruction && instructions.stream()
                .limit(instructions.size() - 1L)
                .noneMatch(one -> one instanceof BranchInstruction || one instanceof StoreInstruction
                        || one instanceof IncrementInstruction || one instanceof ReturnInstruction
                        || one instanceof ThrowInstruction || one instanceof TableSwitchInstruction
                        || one instanceof LookupSwitchInstruction || one instanceof NewPrimitiveArrayInstruction);
    }

    /** How often the method loads each of its parameters. */
    int[] loadsOfParameters() {
        List<ClassDesc> types = code.method().methodTypeSymbol().parameterList();
        int[] loads = new int[types.size()];
        int slot = 0;
        for (int i = 0; i < loads.length; i++) {
            int wanted = slot;
            loads[i] = (int) code.instructions().stream()
                    .filter(one -> one instanceof LoadInstruction load && load.slot() == wanted).count();
            slot += TypeKind.from(types.get(i)).slotSize();
        }
        return loads;
    }

    private String function(String head, List<String> parameters, List<String> body) {
        List<String> lines = new ArrayList<>();
        lines.add(head + "(" + String.join(", ", parameters) + ") {");
        arrays.forEach(line -> lines.add("    " + line));
        locals.declarations().forEach(line -> lines.add("    " + line));
        lines.addAll(body);
        lines.add("}");
        return String.join("\n", lines);
    }

    private void bind(List<Expr> arguments, List<String> parameters, List<Block.Statement> prologue, String restrict) {
        int slot = 0;
        List<ClassDesc> types = code.method().methodTypeSymbol().parameterList();
        for (int i = 0; i < types.size(); i++) {
            TypeKind kind = TypeKind.from(types.get(i));
            Expr argument = arguments.get(i);
            Variable variable = locals.parameter(slot, kind, argument.type(), "p" + i);
            slot += kind.slotSize();
            boolean fixed = argument.isConstant() || argument.type().is(CType.Kind.CONTEXT);
            if (!fixed) {
                locals.pass(variable);
                CType type = argument.type();
                parameters.add(type.is(CType.Kind.ARRAY)
                        ? type.code() + " " + restrict + variable.name()
                        : type.code() + " " + variable.name());
            }
            if (variable.isAssignedOnce() && (fixed || isKernel || argument.type().is(CType.Kind.ARRAY))) {
                variable.alias(fixed ? argument : argument.named(variable.name()));
            } else if (argument.type().is(CType.Kind.CONTEXT)) {
                throw Refusal.at(code, 0, "an assignment to the kernel context");
            } else if (fixed) {
                locals.declare(variable);
                prologue.add(new Block.Statement(0, () -> variable.name() + " = " + argument.code() + ";"));
            }
        }
    }

    private List<String> body(List<Block.Statement> prologue) {
        if (code.hasHandlers()) {
            throw Refusal.at(code, 0, "a try block");
        }
        split();
        FlowGraph raw = new FlowGraph(rawSuccessors());
        if (!raw.isReducible()) {
            throw Refusal.at(code, 0, "a loop with two entrances");
        }
        blocks.getFirst().entryStack(List.of());
        blocks.getFirst().statements().addAll(prologue);
        for (int node : raw.order()) {
            if (blocks.get(node).entryStack() != null) {
                new BlockTranslator(this, blocks.get(node)).translate();
            }
        }
        int[][] successors = blocks.stream().map(Block::successors).toArray(int[][]::new);
        return new StructuredPrinter(blocks, new FlowGraph(successors), code.sourceFile()).print();
    }

    /**
     * Cuts the instructions at jump targets and behind jumps; an empty block in front keeps the entry out of every
     * loop.
     */
    private void split() {
        TreeSet<Integer> starts = new TreeSet<>(List.of(0));
        List<Instruction> instructions = code.instructions();
        for (int i = 0; i < instructions.size(); i++) {
            int[] targets = targets(i);
            if (targets != null) {
                Arrays.stream(targets).forEach(starts::add);
                starts.add(i + 1);
            }
        }
        parallelLoops.forEach(shared -> starts.add(shared.loop().test()));
        starts.remove(instructions.size());
        blocks.add(new Block(0, 0));
        List<Integer> cuts = new ArrayList<>(starts);
        for (int i = 0; i < cuts.size(); i++) {
            blockAt.put(cuts.get(i), blocks.size());
            blocks.add(new Block(cuts.get(i), i + 1 < cuts.size() ? cuts.get(i + 1) : instructions.size()));
        }
    }

    /** Where the instruction may go other than to the next; null when it only goes on. */
    private int[] targets(int position) {
        return switch (code.instructions().get(position)) {
            case BranchInstruction branch -> new int[]{code.position(branch.target())};
            case TableSwitchInstruction table -> switchTargets(table.cases(), code.position(table.defaultTarget()));
            case LookupSwitchInstruction lookup -> switchTargets(lookup.cases(), code.position(lookup.defaultTarget()));
            case ReturnInstruction leave -> new int[0];
            case ThrowInstruction failure -> new int[0];
            default -> null;
        };
    }

    private int[] switchTargets(List<SwitchCase> cases, int otherwise) {
        return IntStream.concat(cases.stream().mapToInt(one -> code.position(one.target())), IntStream.of(otherwise))
                .toArray();
    }

    private int[][] rawSuccessors() {
        int[][] successors = new int[blocks.size()][];
        successors[0] = new int[]{1};
        for (int i = 1; i < blocks.size(); i++) {
            int last = blocks.get(i).end() - 1;
            int[] targets = targets(last);
            Instruction instruction = code.instructions().get(last);
            boolean goesOn = targets == null || instruction instanceof BranchInstruction branch
                    && branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
            IntStream jumps = targets == null ? IntStream.empty() : Arrays.stream(targets).map(blockAt::get);
            successors[i] = IntStream.concat(goesOn ? IntStream.of(blockAt.get(last + 1)) : IntStream.empty(), jumps)
                    .distinct().toArray();
        }
        return successors;
    }

    /** Number of the block that starts at an instruction. */
    int blockAt(int position) {
        return blockAt.get(position);
    }

    /** The operand stack with which a block starts; null when nothing led there yet. */
    List<Expr> entryStack(int block) {
        return blocks.get(block).entryStack();
    }

    /** Hands the operand stack at the end of a block to a successor; what lies on it lives in variables. */
    void enter(int target, List<Expr> stack) {
        if (blocks.get(target).entryStack() == null) {
            blocks.get(target).entryStack(stack);
        }
    }
}
