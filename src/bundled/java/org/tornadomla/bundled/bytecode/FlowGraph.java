package org.tornadomla.bundled.bytecode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * A control-flow graph whose nodes are numbers and whose entry is node 0: reverse postorder, dominators (Cooper, Harvey
 * and Kennedy, "A simple, fast dominance algorithm", 2001) and natural loops.
 */
public final class FlowGraph {

    private final int[][] successors;
    private final List<Integer> order = new ArrayList<>();
    private final int[] rank;
    private final int[] dominator;
    private final List<List<Integer>> predecessors = new ArrayList<>();
    private final BitSet[] loops;

    /**
     * @param successors the successors of each node; those of unreachable nodes do not count
     */
    public FlowGraph(int[][] successors) {
        this.successors = successors;
        int nodes = successors.length;
        rank = new int[nodes];
        dominator = new int[nodes];
        loops = new BitSet[nodes];
        Arrays.fill(rank, -1);
        Arrays.fill(dominator, -1);
        sort();
        for (int node = 0; node < nodes; node++) {
            predecessors.add(new ArrayList<>());
        }
        for (int node : order) {
            for (int successor : successors[node]) {
                predecessors.get(successor).add(node);
            }
        }
        findDominators();
        findLoops();
    }

    private void sort() {
        BitSet seen = new BitSet();
        Deque<int[]> path = new ArrayDeque<>();
        path.push(new int[]{0, 0});
        seen.set(0);
        while (!path.isEmpty()) {
            int[] top = path.peek();
            if (top[1] < successors[top[0]].length) {
                int next = successors[top[0]][top[1]++];
                if (!seen.get(next)) {
                    seen.set(next);
                    path.push(new int[]{next, 0});
                }
            } else {
                order.add(path.pop()[0]);
            }
        }
        Collections.reverse(order);
        for (int i = 0; i < order.size(); i++) {
            rank[order.get(i)] = i;
        }
    }

    private void findDominators() {
        dominator[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int node : order.subList(1, order.size())) {
                int best = -1;
                for (int predecessor : predecessors.get(node)) {
                    if (dominator[predecessor] >= 0) {
                        best = best < 0 ? predecessor : meet(best, predecessor);
                    }
                }
                if (dominator[node] != best) {
                    dominator[node] = best;
                    changed = true;
                }
            }
        }
    }

    private int meet(int a, int b) {
        while (a != b) {
            while (rank[a] > rank[b]) {
                a = dominator[a];
            }
            while (rank[b] > rank[a]) {
                b = dominator[b];
            }
        }
        return a;
    }

    private void findLoops() {
        for (int node : order) {
            for (int successor : successors[node]) {
                if (isBackEdge(node, successor)) {
                    addToLoop(successor, node);
                }
            }
        }
    }

    private void addToLoop(int header, int tail) {
        BitSet loop = loops[header] == null ? new BitSet() : loops[header];
        loops[header] = loop;
        loop.set(header);
        Deque<Integer> open = new ArrayDeque<>(List.of(tail));
        while (!open.isEmpty()) {
            int node = open.pop();
            if (!loop.get(node)) {
                loop.set(node);
                open.addAll(predecessors.get(node));
            }
        }
    }

    /** The reachable nodes in reverse postorder. */
    public List<Integer> order() {
        return order;
    }

    /** Position of a node in {@link #order()}, -1 when it is unreachable. */
    public int rank(int node) {
        return rank[node];
    }

    /** The nodes from which a node can be reached in one step, each as often as it has an edge. */
    public List<Integer> predecessors(int node) {
        return predecessors.get(node);
    }

    /** The immediate dominator; that of the entry is the entry. */
    public int dominator(int node) {
        return dominator[node];
    }

    /** Whether every path to {@code node} passes {@code other}. */
    public boolean dominates(int other, int node) {
        int current = node;
        while (rank[current] > rank[other]) {
            current = dominator[current];
        }
        return current == other;
    }

    /** Whether an edge leads back to the header of a loop. */
    public boolean isBackEdge(int from, int to) {
        return rank[to] <= rank[from] && dominates(to, from);
    }

    /** Whether each cycle is entered by its header only; javac produces no other graphs. */
    public boolean isReducible() {
        for (int node : order) {
            for (int successor : successors[node]) {
                if (rank[successor] <= rank[node] && !dominates(successor, node)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The nodes of the natural loop with this header, or null when the node heads no loop. */
    public BitSet loop(int header) {
        return loops[header];
    }
}
