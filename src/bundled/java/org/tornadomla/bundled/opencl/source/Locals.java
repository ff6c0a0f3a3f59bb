package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.tornadomla.bundled.bytecode.MethodCode;

/**
 * The variables of one function: the named local variables of the method under their own names, unnamed slots once for
 * each type that they hold, and temporaries.
 */
final class Locals {

    /** Words that mean something in OpenCL C, and so cannot name a variable. */
    private static final Set<String> RESERVED = Set.of("kernel", "global", "local", "constant", "private", "read_only",
            "write_only", "read_write", "half", "uint", "uchar", "ushort", "ulong", "size_t", "bool", "image2d_t",
            "sampler_t", "event_t", "auto", "extern", "register", "restrict", "signed", "sizeof", "struct", "typedef",
            "union", "unsigned", "inline", "goto", "const", "volatile", "complex", "imaginary", "uniform", "pipe",
            "dot", "max", "min", "clamp", "select", "mix", "step", "sign", "cross", "distance", "length", "normalize",
            "exp", "log", "sqrt", "pow", "fma", "mad", "rotate", "barrier", "printf", "any", "all", "abs", "quad",
            "NAN", "INFINITY", "MAXFLOAT", "HUGE_VAL", "trips", "item", "items", "fmax", "fmin", "ceil", "floor", "sin",
            "cos", "tan", "asm", "typeof", "linux", "unix", "fabs", "popcount", "clz", "isinf", "isfinite", "fmod",
            "atomic_add", "atom_add", "vec_step", "true", "false", "NULL", "M_PI", "M_E", "bits", "char", "short",
            "int", "long", "float", "double");

    private final MethodCode code;
    private final Map<String, Integer> stores = new HashMap<>();
    private final Map<String, Variable> variables = new HashMap<>();
    private final Map<Integer, Variable> unnamed = new HashMap<>();
    private final Map<String, CType> declared = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<Variable> passed = new HashSet<>();

    Locals(MethodCode code) {
        this.code = code;
        List<Instruction> instructions = code.instructions();
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof StoreInstruction store) {
                stores.merge(key(store.slot(), i + 1, store.typeKind()), 1, Integer::sum);
            } else if (instructions.get(i) instanceof IncrementInstruction increment) {
                stores.merge(key(increment.slot(), i, TypeKind.INT), 1, Integer::sum);
            }
        }
    }

    private String key(int slot, int position, TypeKind kind) {
        return code.local(slot, position).map(local -> slot + ":" + local.name() + ":" + local.descriptor())
                .orElse(slot + ":" + kind.asLoadable());
    }

    /** A name that no other variable has, as close to the wish as C allows. */
    String freshName(String wish) {
        String base = wish.replaceAll("[^A-Za-z0-9_]", "_");
        if (RESERVED.contains(base) || base
                .matches("(u?(char|short|int|long)|float|double|half)\\d+|__.*|as_.*|get_.*|convert_.*|v(load|store).*"
                        + "|.*__.*|items?\\d*|z")) {
            base += "_";
        }
        if (Prelude.has(base) || MathCalls.usesName(base)) {
            base += "_";
        }
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /**
     * Binds a parameter. Its value is an expression when it never changes, and a variable of the function otherwise.
     */
    Variable parameter(int slot, TypeKind kind, CType type, String unnamedName) {
        String key = key(slot, 0, kind);
        String name = freshName(code.local(slot, 0).map(MethodCode.Local::name).orElse(unnamedName));
        Variable variable = new Variable(name, type, stores.getOrDefault(key, 0) + 1);
        variables.put(key, variable);
        unnamed.put(slot, variable);
        return variable;
    }

    /** The variable that an instruction stores to, made when it is the first such. */
    Variable forStore(int slot, int position, TypeKind kind, CType valueType) {
        Optional<MethodCode.Local> local = code.local(slot, position + 1);
        CType type = local.map(named -> CType.ofDescriptor(named.descriptor())).orElse(valueType);
        if (type == null) {
            type = valueType;
        }
        String key = key(slot, position + 1, kind);
        String typed = local.isEmpty() && kind == TypeKind.REFERENCE ? key + ":" + type : key;
        Variable variable = variables.get(typed);
        if (variable == null) {
            variable = new Variable(freshName(local.map(MethodCode.Local::name).orElse("slot" + slot)), type,
                    stores.getOrDefault(key, 1));
            variables.put(typed, variable);
        }
        unnamed.put(slot, variable);
        return variable;
    }

    /** The variable that an instruction loads, or null when nothing was stored to it. */
    Variable forLoad(int slot, int position, TypeKind kind) {
        Variable variable = variables.get(key(slot, position, kind));
        return variable == null && kind == TypeKind.REFERENCE ? unnamed.get(slot) : variable;
    }

    /** A new variable for a value between two statements. */
    Variable temporary(CType type) {
        Variable variable = new Variable(freshName("t"), type, 2);
        declare(variable);
        return variable;
    }

    /** Notes that a variable is a parameter in C too, and so declared there. */
    void pass(Variable variable) {
        passed.add(variable);
    }

    /** Sees to it that the variable is declared. */
    void declare(Variable variable) {
        if (!passed.contains(variable)) {
            declared.put(variable.name(), variable.type());
        }
    }

    /** The declarations, one line a type. */
    List<String> declarations() {
        Map<String, StringBuilder> lines = new TreeMap<>();
        declared.forEach((name, type) -> {
            String star = type.is(CType.Kind.ARRAY) ? "*" : "";
            String base = type.is(CType.Kind.ARRAY) ? type.space() + type.elementCode() + " " : type.code() + " ";
            lines.merge(base, new StringBuilder(star + name), (line, more) -> line.append(", ").append(more));
        });
        return lines.entrySet().stream().map(entry -> entry.getKey() + entry.getValue() + ";").toList();
    }

    /** Whether an instruction of a range stores to a variable. */
    boolean isStoredWithin(Variable variable, int from, int to) {
        for (int i = from; i < to; i++) {
            Instruction instruction = code.instructions().get(i);
            String key = instruction instanceof StoreInstruction store
                    ? key(store.slot(), i + 1, store.typeKind())
                    : instruction instanceof IncrementInstruction increment
                            ? key(increment.slot(), i, TypeKind.INT)
                            : null;
            if (key != null && variables.get(key) == variable) {
                return true;
            }
        }
        return false;
    }
}
