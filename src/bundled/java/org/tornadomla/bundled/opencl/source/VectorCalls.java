package org.tornadomla.bundled.opencl.source;

import java.util.List;
import java.util.Map;

/** Calls on the vector types: lane-wise arithmetic, lanes, and vectors gathered from neighbouring elements. */
final class VectorCalls {

    static final Map<String, String> OPERATORS = Map.of("add", "+", "sub", "-", "mult", "*", "div", "/");

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
        if (type.element().equals("int")) {
            return name.startsWith("getS") && laneOf(name, type) >= 0 ? intLane(first, laneOf(name, type)) : null;
        }
        if (OPERATORS.containsKey(name) && arguments.size() == 2) {
            return Arithmetic.infix(type, first, OPERATORS.get(name), arguments.get(1));
        }
        if (name.startsWith("get") && arguments.size() == 1 && laneOf(name, type) >= 0) {
            return lane(first, laneOf(name, type));
        }
        if (name.startsWith("set") && arguments.size() == 2 && laneOf(name, type) >= 0) {
            return assign(first, ".s%x".formatted(laneOf(name, type)), arguments.get(1));
        }
        return switch (name) {
            case "get" -> dynamicLane(first, arguments.get(1));
            case "set" -> set(first, arguments);
            case "min", "max" ->
                arguments.size() == 1 ? folded(name, first) : pair(type, name + "f" + type.width(), arguments);
            case "dot" -> pair(CType.FLOAT, "dot" + type.width(), arguments);
            case "sum" -> sum(first);
            case "sqrt" -> Expr.atom(type, "sqrt(" + first.code() + ")", first);
            case "duplicate" -> translator.materialise(first).withDetail(null);
            case "size" -> Expr.constant(type.width());
            default -> null;
        };
    }

    private Expr pair(CType type, String function, List<Expr> arguments) {
        Expr[] operands = arguments.toArray(Expr[]::new);
        return Expr.atom(type, prelude.call(function, operands), operands);
    }

    private static int laneOf(String name, CType type) {
        String lane = name.substring(3);
        int number = lane.matches("S\\d{1,2}")
                ? Integer.parseInt(lane.substring(1))
                : lane.length() == 1 ? "XYZW".indexOf(lane) : -1;
        return number < type.width() ? number : -1;
    }

    private Expr held(Expr vector) {
        return vector.detail() instanceof Expr.Read ? vector : translator.materialise(vector);
    }

    private Expr lane(Expr vector, int lane) {
        Expr held = held(vector);
        Variable variable = ((Expr.Read) held.detail()).variable();
        return Expr.atom(CType.FLOAT, held.code() + ".s%x".formatted(lane), held)
                .withDetail(new Expr.Halves(variable, lane, 0));
    }

    private Expr intLane(Expr vector, int lane) {
        Expr held = held(vector);
        Variable variable = ((Expr.Read) held.detail()).variable();
        return Expr.atom(CType.INT, held.code() + ".s%x".formatted(lane), held)
                .withDetail(new Expr.LaneWise(variable, lane, held.code()));
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

    private Expr set(Expr vector, List<Expr> arguments) {
        if (arguments.size() == 2) {
            return assign(vector, "", arguments.get(1));
        }
        Integer lane = arguments.get(1).intValue();
        if (lane != null) {
            return lane >= 0 && lane < vector.type().width()
                    ? assign(vector, ".s%x".formatted(lane), arguments.get(2))
                    : null;
        }
        Variable variable = own(vector);
        translator.beforeChangeOf(variable);
        translator.statement("((__private float*)&" + variable.name() + ")[" + arguments.get(1).subscript() + "] = "
                + arguments.get(2).code() + ";");
        return Expr.of(CType.VOID, "");
    }

    private Expr assign(Expr vector, String lane, Expr value) {
        Variable variable = own(vector);
        translator.beforeChangeOf(variable);
        translator.statement(variable.name() + lane + " = " + value.code() + ";");
        return Expr.of(CType.VOID, "");
    }

    /** The variable that alone holds a vector which is about to change. */
    private Variable own(Expr vector) {
        if (!(vector.detail() instanceof Expr.Read read)) {
            throw translator.refuse("a change of a vector that no variable holds");
        }
        translator.function()
                .noteVectorChange(translator.refuse("a change of a vector that several variables may hold"));
        return read.variable();
    }

    /** Notes that a second variable takes over a vector. */
    void noteCopy(Expr value) {
        if (value.type().is(CType.Kind.VECTOR) && value.detail() instanceof Expr.Read) {
            translator.function().noteVectorCopy();
        }
    }

    private Expr folded(String name, Expr vector) {
        Expr held = held(vector);
        Expr result = lane(held, 0);
        for (int i = 1; i < vector.type().width(); i++) {
            result = Expr.atom(CType.FLOAT, prelude.call(name + "f", result, lane(held, i)), held);
        }
        return result.withDetail(null);
    }

    private Expr sum(Expr vector) {
        if (translator.function().program().options().contract()) {
            return Expr.atom(CType.FLOAT, prelude.call("lanes" + vector.type().width(), vector), vector);
        }
        Expr held = held(vector);
        Expr result = lane(held, 0);
        for (int i = 1; i < vector.type().width(); i++) {
            result = Arithmetic.infix(CType.FLOAT, result, "+", lane(held, i));
        }
        return result;
    }

    /**
     * A vector of the given lanes, or of zeros when there are none; neighbouring elements of an array become one load,
     * the same of each lane of another vector an operation on that, equal lanes one.
     */
    Expr construct(CType type, List<Expr> lanes) {
        if (lanes.isEmpty()) {
            return Expr.of(type, "(" + type.code() + ")(0.0f)");
        }
        Expr[] operands = lanes.toArray(Expr[]::new);
        if (lanes.getFirst().detail() instanceof Expr.Element first && areNeighbours(first, lanes)) {
            String place = first.offset() == 0 ? first.base() : first.base() + " + " + first.offset();
            return Expr.atom(type, "vload%d(0, %s + (%s))".formatted(type.width(), first.array(), place), operands);
        }
        if (lanes.getFirst().detail() instanceof Expr.LaneWise first && areLanes(first, lanes)) {
            return Expr.atom(type, first.whole(), operands);
        }
        if (lanes.stream().allMatch(lane -> lane.code().equals(lanes.getFirst().code()))) {
            return Expr.of(type, "(" + type.code() + ")(" + lanes.getFirst().code() + ")", operands);
        }
        return Expr.of(type,
                "(" + type.code() + ")(" + String.join(", ", lanes.stream().map(Expr::code).toList()) + ")", operands);
    }

    private static boolean areLanes(Expr.LaneWise first, List<Expr> lanes) {
        for (int i = 0; i < lanes.size(); i++) {
            if (!(lanes.get(i).detail() instanceof Expr.LaneWise lane) || lane.lane() != i
                    || lane.vector() != first.vector() || !lane.whole().equals(first.whole())
                    || lanes.get(i).type() != CType.FLOAT) {
                return false;
            }
        }
        return lanes.size() == first.vector().type().width();
    }

    private static boolean areNeighbours(Expr.Element first, List<Expr> lanes) {
        for (int i = 0; i < lanes.size(); i++) {
            if (!(lanes.get(i).detail() instanceof Expr.Element element) || !lanes.get(i).type().is(CType.Kind.FLOAT)
                    || lanes.get(i).code().startsWith("vload_half") || !element.array().equals(first.array())
                    || !element.base().equals(first.base()) || element.offset() != first.offset() + i) {
                return false;
            }
        }
        return true;
    }
}
