package org.tornadomla.bundled.opencl.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.tornadomla.bundled.bytecode.FlowGraph;

/**
 * Writes blocks as structured C. Each block is followed by what it dominates: in place when only one edge leads there,
 * behind it when several meet (after N. Ramsey, "Beyond Relooper", 2022). What C cannot say with {@code if}, loops,
 * {@code break} and {@code continue} is a forward {@code goto}.
 */
final class StructuredPrinter {

    private static final int NOWHERE = -1;

    /** A loop around the place that is being written. */
    private record Loop(int header, int exit) {
    }

    private record Line(int indent, String text, int label) {
    }

    private final List<Block> blocks;
    private final FlowGraph graph;
    private final String sourceFile;
    private final List<Line> lines = new ArrayList<>();
    private final Set<Integer> wantedLabels = new HashSet<>();
    private final Map<Integer, List<Integer>> behindLoop = new HashMap<>();
    private final Map<Integer, List<Integer>> behindBlock = new HashMap<>();
    private final Set<Integer> placed = new HashSet<>();
    private final Deque<Loop> loops = new ArrayDeque<>();
    private int indent = 1;
    private int lastLine;

    StructuredPrinter(List<Block> blocks, FlowGraph graph, String sourceFile) {
        this.blocks = blocks;
        this.graph = graph;
        this.sourceFile = sourceFile;
        for (int node : graph.order()) {
            place(node);
        }
    }

    /** Decides whether a block stands behind a loop, behind its dominator, or in place. */
    private void place(int node) {
        if (node == 0) {
            return;
        }
        int dominator = graph.dominator(node);
        int left = leftLoop(dominator, node);
        long entries = graph.predecessors(node).stream().filter(from -> !graph.isBackEdge(from, node)).count();
        boolean returns = blocks.get(node).terminator() instanceof Block.Return;
        if (left >= 0 && !(returns && entries == 1 && !isHeader(dominator))) {
            behindLoop.computeIfAbsent(left, key -> new ArrayList<>()).add(node);
            placed.add(node);
        } else if (entries > 1) {
            behindBlock.computeIfAbsent(dominator, key -> new ArrayList<>()).add(node);
            placed.add(node);
        }
    }

    private boolean isHeader(int node) {
        return graph.loop(node) != null;
    }

    /** Header of the outermost loop that holds {@code from} but not {@code to}, or -1. */
    private int leftLoop(int from, int to) {
        int best = NOWHERE;
        for (int header : graph.order()) {
            BitSet loop = graph.loop(header);
            if (loop != null && loop.get(from) && !loop.get(to)
                    && (best < 0 || loop.cardinality() > graph.loop(best).cardinality())) {
                best = header;
            }
        }
        return best;
    }

    /** The text of the function's body, without braces and declarations. */
    List<String> print() {
        tree(0, NOWHERE);
        List<String> result = new ArrayList<>();
        for (Line line : lines) {
            if (line.label() < 0) {
                result.add("    ".repeat(line.indent()) + line.text());
            } else if (wantedLabels.contains(line.label())) {
                result.add("block" + line.label() + ": ;");
            }
        }
        return result;
    }

    private void add(String text) {
        lines.add(new Line(indent, text, NOWHERE));
    }

    private void tree(int node, int next) {
        if (!isHeader(node)) {
            body(node, next);
            return;
        }
        List<Integer> exits = sorted(behindLoop.get(node));
        int exit = exits.isEmpty() ? next : exits.getFirst();
        if (!placed.contains(node)) {
            lines.add(new Line(0, "", node));
        }
        loops.push(new Loop(node, exit));
        if (!whileLoop(node, exit)) {
            add("for (;;) {");
            indent++;
            body(node, node);
        }
        indent--;
        add("}");
        loops.pop();
        sequence(exits, next);
    }

    /** Writes a loop whose header only tests as {@code while}. */
    private boolean whileLoop(int node, int exit) {
        Block block = blocks.get(node);
        if (!block.statements().isEmpty() || !(block.terminator() instanceof Block.Branch branch)
                || behindBlock.containsKey(node)) {
            return false;
        }
        Block.Condition condition = branch.condition().get();
        int inner;
        if (branch.ifTrue() == exit && branch.ifFalse() != exit) {
            condition = condition.negate();
            inner = branch.ifFalse();
        } else if (branch.ifFalse() == exit && branch.ifTrue() != exit) {
            inner = branch.ifTrue();
        } else {
            return false;
        }
        add("while (" + condition.code() + ") {");
        indent++;
        jump(node, inner, node);
        return true;
    }

    private void body(int node, int next) {
        Block block = blocks.get(node);
        List<Integer> behind = sorted(behindBlock.get(node));
        for (Block.Statement statement : block.statements()) {
            String text = statement.text().get();
            if (text.isEmpty()) {
                continue;
            }
            if (statement.line() != lastLine && statement.line() > 0) {
                lastLine = statement.line();
                add("// " + sourceFile + ":" + lastLine);
            }
            text.lines().forEach(this::add);
        }
        end(node, block.terminator(), behind.isEmpty() ? next : behind.getFirst());
        sequence(behind, next);
    }

    private void sequence(List<Integer> nodes, int next) {
        for (int i = 0; i < nodes.size(); i++) {
            lines.add(new Line(0, "", nodes.get(i)));
            tree(nodes.get(i), i + 1 < nodes.size() ? nodes.get(i + 1) : next);
        }
    }

    private List<Integer> sorted(List<Integer> nodes) {
        return nodes == null ? List.of() : nodes.stream().sorted(Comparator.comparingInt(graph::rank)).toList();
    }

    private void end(int node, Block.End end, int next) {
        switch (end) {
            case Block.Jump jump -> jump(node, jump.target(), next);
            case Block.Return leave -> {
                if (leave.value() != null) {
                    add("return " + leave.value().code() + ";");
                } else if (indent > 1 || next != NOWHERE) {
                    add("return;");
                }
            }
            case Block.Branch branch when branch.ifTrue() == branch.ifFalse() -> jump(node, branch.ifTrue(), next);
            case Block.Branch branch -> branch(node, branch, next);
            case Block.Choice choice -> choice(node, choice, next);
        }
    }

    private void branch(int node, Block.Branch branch, int next) {
        Block.Condition condition = branch.condition().get();
        int ifTrue = branch.ifTrue();
        int ifFalse = branch.ifFalse();
        // javac jumps over the body of an if, so the fall-through side reads better first.
        boolean swap = ifFalse != next || ifTrue == next;
        add("if (" + (swap ? condition.negated() : condition.code()) + ") {");
        nested(node, swap ? ifFalse : ifTrue, next);
        int other = swap ? ifTrue : ifFalse;
        if (other != next) {
            add("} else {");
            nested(node, other, next);
        }
        add("}");
    }

    private void choice(int node, Block.Choice choice, int next) {
        for (int i = 0; i < choice.targets().size(); i++) {
            add((i == 0 ? "if (" : "} else if (") + choice.conditions().get(i) + ") {");
            nested(node, choice.targets().get(i), next);
        }
        add("} else {");
        nested(node, choice.otherwise(), next);
        add("}");
    }

    private void nested(int from, int to, int next) {
        indent++;
        jump(from, to, next);
        indent--;
    }

    private void jump(int from, int to, int next) {
        if (to == next) {
            return;
        }
        Loop loop = loops.peek();
        if (loop != null && loop.header() == to) {
            add("continue;");
        } else if (loop != null && loop.exit() == to) {
            add("break;");
        } else if (graph.isBackEdge(from, to) || placed.contains(to)) {
            wantedLabels.add(to);
            add("goto block" + to + ";");
        } else {
            tree(to, next);
        }
    }
}
