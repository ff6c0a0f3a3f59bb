package org.tornadomla.bundled.opencl.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.tornadomla.bundled.bytecode.LaneShapes;

/** Calls on the vector types: lane-wise arithmetic, lanes, and helpers that are one vector operation. */
final class VectorCalls {

    static final Map<String, String> OPERATORS = Map.of("add", "+", "sub", "-", "mult", "*", "div", "/");

    private static final CType VECTOR = CType.vector("float", LaneShapes.LANES);

    private static final CType INTS = CType.vector("int", LaneShapes.LANES);
    private static final int BYTE = 0xFF;
    private static final int EACH_BYTE = 0x01010101;

    private final BlockTranslator translator;
    private final Prelude prelude;

    VectorCalls(BlockTranslator translator) {
        this.translator = translator;
        this.prelude = translator.function().program().prelude();
    }

    /** The value of a call; null when there is no translation. */
    Expr call(String name, List<Expr> arguments) {
        Expr first = arguments.getFirst();
        CType type = first.type();
        if (name.startsWith("get") && arguments.size() == 1 && laneOf(name, type) >= 0) {
            return lane(first, laneOf(name, type));
        }
        if (type.element().equals("int")) {
            return null;
        }
        if (OPERATORS.containsKey(name) && arguments.size() == 2) {
            return Arithmetic.infix(type, first, OPERATORS.get(name), arguments.get(1));
        }
        return switch (name) {
            case "get" -> dynamicLane(first, arguments.get(1));
            case "min", "max" -> pair(type, name + "f" + type.width(), arguments);
            case "dot" -> pair(CType.FLOAT, "dot" + type.width(), arguments);
            case "size" -> Expr.constant(type.width());
            default -> null;
        };
    }

    private Expr pair(CType type, String function, List<Expr> arguments) {
        Expr[] operands = arguments.toArray(Expr[]::new);
        return Expr.atom(type, prelude.call(function, operands), operands);
    }

    private static int laneOf(String name, CType type) {
        int lane = name.matches("getS\\d{1,2}") ? Integer.parseInt(name.substring("getS".length())) : -1;
        return lane < type.width() ? lane : -1;
    }

    private Expr held(Expr vector) {
        return vector.detail() instanceof Expr.Read ? vector : translator.materialise(vector);
    }

    private Expr lane(Expr vector, int lane) {
        Expr held = held(vector);
        return Expr.atom(held.type().element().equals("int") ? CType.INT : CType.FLOAT,
                held.code() + String.format(Locale.ROOT, ".s%x", lane), held);
    }

    private Expr dynamicLane(Expr vector, Expr index) {
        if (index.intValue() != null) {
            return index.intValue() >= 0 && index.intValue() < vector.type().width()
                    ? lane(vector, index.intValue())
                    : null;
        }
        Expr held = held(vector);
        return Expr.atom(CType.FLOAT, "((__private float*)&" + held.code() + ")[" + index.subscript() + "]", held,
                index);
    }

    /**
     * The vector operation that a helper is in truth; null where it has to be translated as it stands: stores are that
     * fast already, and a driver's conversion of sixteen halves may be slower than sixteen of one.
     */
    Expr shaped(LaneShapes.Shape shape, List<Expr> arguments) {
        return switch (shape) {
            case SUM_TREE -> Expr.atom(CType.FLOAT, prelude.call("lanes" + LaneShapes.LANES, arguments.getFirst()),
                    arguments.getFirst());
            case LOAD -> load(arguments.get(0), arguments.get(1));
            case LOAD_BYTES -> converted("convert_float16((%s << %s) >> 24)", arguments);
            case LOAD_NIBBLES -> converted("convert_float16((%s << %s) >> 28)", arguments);
            case LOAD_BFLOATS -> converted("as_float16(((%s << %s) >> 16) << 16)", arguments);
            // The codes' exponents begin so much higher than a float's that the numbers may not be normal before this.
            case LOAD_FLOAT8S -> converted("(as_float16(((%s << %s) >> 4) & (int)0x87f00000) * 0x1p120f)", arguments);
            case SPLAT_INTS -> Expr.of(INTS, "(int16)(" + arguments.getFirst().code() + ")", arguments.getFirst());
            case FLOATS_OF_INTS ->
                Expr.atom(VECTOR, "convert_float16(" + arguments.getFirst().code() + ")", arguments.getFirst());
            case DOTS -> dots(arguments);
            case LOAD_HALVES, STORE, STORE_VALUE_FIRST -> null;
        };
    }

    /** Where shift and mask are not known, or parts are more than bytes, nothing is said of how they add up. */
    private Expr dots(List<Expr> arguments) {
        Integer low = arguments.get(3).intValue();
        Integer mask = arguments.get(4).intValue();
        if (low == null || mask == null || low < 0 || low >= Byte.SIZE || (mask & BYTE) != mask) {
            return null;
        }
        Expr ints = translator.element(arguments.get(1), arguments.get(2));
        Expr weights = low == 0 && mask == BYTE
                ? ints
                : Expr.of(INTS, String.format(Locale.ROOT, "(%s >> %d) & 0x%x", ints.operand(), low, mask * EACH_BYTE),
                        ints);
        Expr sum = arguments.getFirst();
        Expr inputs = arguments.get(5);
        String name = prelude.use("dots");
        if (mask <= BYTE / 2) {
            // It may call the other one, which stands before it.
            name = prelude.use("dots7");
        }
        return Expr.atom(INTS, prelude.call(name, sum, weights, inputs), sum, weights, inputs);
    }

    private Expr load(Expr array, Expr index) {
        translator.function().noteRead();
        return Expr.atom(VECTOR,
                String.format(Locale.ROOT, "vload%d(0, %s + (%s))", LaneShapes.LANES, array.code(), index.subscript()),
                array, index).fromMemory();
    }

    private Expr converted(String conversion, List<Expr> arguments) {
        Expr shift = arguments.get(2);
        Expr ints = translator.element(arguments.get(0), arguments.get(1));
        return Expr.atom(VECTOR, String.format(Locale.ROOT, conversion, ints.operand(), shift.operand()), ints, shift);
    }

    /** A vector of the given lanes, or of zeros when there are none; equal lanes become one. */
    Expr construct(CType type, List<Expr> lanes) {
        if (lanes.isEmpty()) {
            return Expr.of(type, "(" + type.code() + ")(0.0f)");
        }
        Expr[] operands = lanes.toArray(Expr[]::new);
        boolean equal = lanes.stream().allMatch(lane -> lane.code().equals(lanes.getFirst().code()));
        String text = equal ? lanes.getFirst().code() : String.join(", ", lanes.stream().map(Expr::code).toList());
        return Expr.of(type, "(" + type.code() + ")(" + text + ")", operands);
    }
}
