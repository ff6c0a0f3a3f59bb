package org.tornadomla.bundled.bytecode;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/**
 * Recognises helpers that touch the sixteen lanes of a vector one by one and are one vector operation, or a few, in
 * truth: load, load with conversion, store and the sum as a tree. The helper's straight code is evaluated on names; the
 * names of what it returns and stores decide.
 */
public final class LaneShapes {

    /** What a helper does. */
    public enum Shape {
        /** Takes an array and an index, returns the vector there. */
        LOAD,
        /**
         * Takes vectors of ints, an index and a shift to the left, returns the floats equal to the ints' upper bytes
         * after it.
         */
        LOAD_BYTES,
        /** The same with the ints' upper half bytes. */
        LOAD_NIBBLES,
        /**
         * Takes vectors of ints, an index and a shift to the left, returns the floats whose bfloat16 the ints' upper
         * halves are after it.
         */
        LOAD_BFLOATS,
        /** The same with the numbers in E4M3 that the ints' upper bytes are after it. */
        LOAD_FLOAT8S,
        /** Takes an int, returns a vector of ints with it in every lane. */
        SPLAT_INTS,
        /** Takes a vector of ints, returns the floats equal to them. */
        FLOATS_OF_INTS,
        /**
         * Takes sums, vectors of ints, an index, a shift to the right, a mask and an int of four bytes with signs;
         * returns the sums with the products of these and the parts of the ints there, a byte apart, added.
         */
        DOTS,
        /** Takes an array of halves and an index, returns the floats equal to the halves there. */
        LOAD_HALVES,
        /** Takes an array, an index and a vector, and stores it. */
        STORE,
        /** Takes a vector, an array and an index, and stores it. */
        STORE_VALUE_FIRST,
        /** Takes a vector, returns the sum of its lanes: upper half onto lower half, four times. */
        SUM_TREE
    }

    /** Lanes of the vectors that are looked for. */
    public static final int LANES = 16;

    /** What the names of new vectors begin with. */
    private static final String FLOATS = "new";
    private static final String INTS = "new ints";

    /** Bytes of an int. */
    private static final int PARTS = 4;

    private static final ClassDesc VECTOR = desc(Float16.class);
    private static final ClassDesc INT_VECTOR = desc(Int16.class);
    private static final ClassDesc HALF = desc(HalfFloat.class);
    private static final ClassDesc MEMORY = desc(FloatArray.class);
    private static final Set<ClassDesc> ARRAYS = Set.of(MEMORY, desc(HalfFloatArray.class), desc(VectorInt16.class));

    private final ClassLoader loader;
    private final Deque<String> stack = new ArrayDeque<>();
    private final Map<Integer, String> locals = new HashMap<>();
    private final List<String> stores = new ArrayList<>();
    private String result = "";

    private LaneShapes(ClassLoader loader) {
        this.loader = loader;
    }

    /**
     * What {@code helper} does, or null when it is no vector operation.
     *
     * @param loader finds the classes of the methods that it calls
     */
    public static Shape of(MethodModel helper, ClassLoader loader) {
        MethodTypeDesc type = helper.methodTypeSymbol();
        boolean vectors = Stream.concat(Stream.of(type.returnType()), type.parameterList().stream())
                .anyMatch(part -> part.equals(VECTOR) || part.equals(INT_VECTOR));
        if (helper.code().isEmpty() || !vectors) {
            return null;
        }
        LaneShapes shapes = new LaneShapes(loader);
        int slot = 0;
        for (int index = 0; index < type.parameterCount(); index++) {
            shapes.locals.put(slot, "p" + index);
            slot += TypeKind.from(type.parameterType(index)).slotSize();
        }
        for (CodeElement element : helper.code().get()) {
            if (element instanceof Instruction && !shapes.follows(element)) {
                return null;
            }
        }
        return shapes.match();
    }

    private static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    private Shape match() {
        if (stores.isEmpty()) {
            if (result.equals(sumTree(0, 1))) {
                return Shape.SUM_TREE;
            }
            if (result.equals(lanes("float ", "24"))) {
                return Shape.LOAD_BYTES;
            }
            if (result.equals(lanes("float ", "28"))) {
                return Shape.LOAD_NIBBLES;
            }
            if (result.equals(lanes("bfloat16 short ", "16"))) {
                return Shape.LOAD_BFLOATS;
            }
            if (result.equals(lanes("float8 ", "24"))) {
                return Shape.LOAD_FLOAT8S;
            }
            if (result.equals(each(INTS, k -> "p0"))) {
                return Shape.SPLAT_INTS;
            }
            if (result.equals(each(FLOATS, k -> "float p0.s" + k))) {
                return Shape.FLOATS_OF_INTS;
            }
            if (result.equals(each(INTS, LaneShapes::dots))) {
                return Shape.DOTS;
            }
            if (result.equals(vector("half p0[p1"))) {
                return Shape.LOAD_HALVES;
            }
            return result.equals(vector("p0[p1")) ? Shape.LOAD : null;
        }
        if (stores.size() != LANES) {
            return null;
        }
        if (IntStream.range(0, LANES).allMatch(k -> stores.contains(store("p0", "p1", "p2", k)))) {
            return Shape.STORE;
        }
        boolean valueFirst = IntStream.range(0, LANES).allMatch(k -> stores.contains(store("p1", "p2", "p0", k)));
        return valueFirst ? Shape.STORE_VALUE_FIRST : null;
    }

    /** The name of the sum over all lanes from {@code first} on in steps of {@code stride}, upper half onto lower. */
    private static String sumTree(int first, int stride) {
        if (stride == LANES) {
            return "p0.s" + first;
        }
        return sum(sumTree(first, 2 * stride), sumTree(first + stride, 2 * stride));
    }

    private static String vector(String elements) {
        StringBuilder name = new StringBuilder(FLOATS);
        for (int k = 0; k < LANES; k++) {
            name.append(' ').append(elements).append(offset(k)).append(']');
        }
        return name.toString();
    }

    private static String lanes(String conversion, String right) {
        StringBuilder name = new StringBuilder(FLOATS);
        for (int k = 0; k < LANES; k++) {
            name.append(' ').append(conversion).append("p0[p1].s").append(k).append("<<p2>>").append(right);
        }
        return name.toString();
    }

    private static String each(String vector, IntFunction<String> lane) {
        return vector + IntStream.range(0, LANES).mapToObj(k -> " " + lane.apply(k)).collect(Collectors.joining());
    }

    private static String dots(int lane) {
        String sum = "p0.s" + lane;
        for (int part = 0; part < PARTS; part++) {
            int bits = part * Byte.SIZE;
            int left = Integer.SIZE - Byte.SIZE - bits;
            String weight = and("p1[p2].s" + lane + ">>p3" + (bits == 0 ? "" : "+" + bits), "p4");
            String input = left == 0 ? "p5>>24" : "p5<<" + left + ">>24";
            sum = sum + "+" + product(weight, input);
        }
        return sum;
    }

    private static String and(String a, String b) {
        return "(" + a + "&" + b + ")";
    }

    private static String product(String a, String b) {
        return "(" + a + "*" + b + ")";
    }

    private static String store(String array, String index, String value, int k) {
        return array + "[" + index + offset(k) + "]=" + value + ".s" + k;
    }

    private static String offset(int k) {
        return k == 0 ? "" : "+" + k;
    }

    private static String sum(String a, String b) {
        return a.compareTo(b) < 0 ? "(" + a + " " + b + ")" : "(" + b + " " + a + ")";
    }

    private boolean follows(CodeElement element) {
        switch (element) {
            case LoadInstruction load -> stack.push(locals.getOrDefault(load.slot(), "?"));
            case StoreInstruction store -> locals.put(store.slot(), stack.pop());
            case ConstantInstruction constant -> stack.push(String.valueOf(constant.constantValue()));
            case NewObjectInstruction _ -> stack.push("new");
            case StackInstruction duplicate when duplicate.opcode() == Opcode.DUP -> stack.push(stack.peek());
            case ConvertInstruction convert when convert.fromType() == TypeKind.INT
                    && convert.toType() == TypeKind.FLOAT ->
                stack.push("float " + stack.pop());
            case ConvertInstruction convert when convert.toType() == TypeKind.SHORT ->
                stack.push("short " + stack.pop());
            case OperatorInstruction operator -> {
                return operates(operator.opcode());
            }
            case ArrayLoadInstruction load when load.typeKind() == TypeKind.FLOAT -> element();
            case ArrayStoreInstruction store when store.typeKind() == TypeKind.FLOAT -> assign();
            case InvokeInstruction call -> {
                return calls(call);
            }
            case ReturnInstruction done -> result = done.typeKind() == TypeKind.VOID ? "" : stack.pop();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean operates(Opcode opcode) {
        String right = stack.pop();
        String left = stack.pop();
        switch (opcode) {
            case FADD -> stack.push(sum(left, right));
            case IADD -> stack.push(left + "+" + right);
            case IAND -> stack.push(and(left, right));
            case IMUL -> stack.push(product(left, right));
            case ISHL -> stack.push(left + "<<" + right);
            case ISHR -> stack.push(left + ">>" + right);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void element() {
        String index = stack.pop();
        stack.push(stack.pop() + "[" + index + "]");
    }

    private void assign() {
        String value = stack.pop();
        String index = stack.pop();
        stores.add(stack.pop() + "[" + index + "]=" + value);
    }

    private boolean calls(InvokeInstruction call) {
        ClassDesc owner = call.owner().asSymbol();
        String name = call.name().stringValue();
        if (ARRAYS.contains(owner) && name.equals("get")) {
            element();
        } else if (owner.equals(HALF) && name.equals("getFloat32")) {
            stack.push("half " + stack.pop());
        } else if (owner.equals(MEMORY) && name.equals("set")) {
            assign();
        } else if ((owner.equals(VECTOR) || owner.equals(INT_VECTOR)) && name.startsWith("getS")) {
            stack.push(stack.pop() + "." + name.substring("get".length()).toLowerCase(Locale.ROOT));
        } else if ((owner.equals(VECTOR) || owner.equals(INT_VECTOR)) && name.equals("<init>")
                && call.typeSymbol().parameterCount() == LANES) {
            StringBuilder lanes = new StringBuilder();
            for (int k = 0; k < LANES; k++) {
                lanes.insert(0, " " + stack.pop());
            }
            stack.pop();
            stack.pop();
            stack.push((owner.equals(VECTOR) ? FLOATS : INTS) + lanes);
        } else if (Widening.BFLOAT16.is(call, loader)) {
            stack.push("bfloat16 " + stack.pop());
        } else if (Widening.FLOAT8.is(call, loader)) {
            stack.push("float8 " + stack.pop());
        } else {
            return false;
        }
        return true;
    }
}
