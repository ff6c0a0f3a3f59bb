package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.tornadomla.kernels.AbsorbedQuery;
import org.tornadomla.kernels.AbsorbedQueryBf16;
import org.tornadomla.kernels.AbsorbedQueryF16;
import org.tornadomla.kernels.AbsorbedQueryInt8;
import org.tornadomla.kernels.ExpertMatMul;
import org.tornadomla.kernels.ExpertMatMulBf16;
import org.tornadomla.kernels.ExpertMatMulF16;
import org.tornadomla.kernels.ExpertMatMulInt8;
import org.tornadomla.kernels.GroupAttention;
import org.tornadomla.kernels.GroupMatMul;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.MatMulBf16;
import org.tornadomla.kernels.MatMulF16;
import org.tornadomla.kernels.MatMulInt8;
import org.tornadomla.kernels.ValueUp;
import org.tornadomla.kernels.ValueUpBf16;
import org.tornadomla.kernels.ValueUpF16;
import org.tornadomla.kernels.ValueUpInt8;
import org.tornadomla.tensor.Padding;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.*;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The steps of one graph, collected in the order in which they run. One method an arity, so that the compiler holds
 * every kernel's arguments to its parameters.
 */
public final class StepList {

    static final String GROUP_MAT_MUL = "GroupMatMul.rows";
    static final String GROUP_ATTENTION = "GroupAttention.split";

    private final Variants variants;
    private final List<Step> steps = new ArrayList<>();

    /** A list without steps, of loops only. */
    public StepList() {
        this(Variants.LOOPS);
    }

    /** A list without steps. */
    public StepList(Variants variants) {
        this.variants = variants;
    }

    /** The steps so far. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Adds steps that stand ready. */
    public StepList addAll(List<Step> ready) {
        steps.addAll(ready);
        return this;
    }

    private StepList put(String name, Grid grid, Object kernel, UnaryOperator<TaskGraph> task, Runnable java,
            Object... arguments) {
        steps.add(new Step(name, grid, KernelNames.of(kernel), List.of(arguments), task, java));
        return this;
    }

    /** Adds a matrix product by the kernel of the weight's number format; arguments as for {@link MatMul#rows}. */
    public StepList product(String name, FloatArray x, PackedMatrix w, VectorFloat16 bias, IntArray step, int rowsAt,
            int columns, int k, int xStride, int yStride, int hasBias, int accumulate, VectorFloat16 y) {
        Grid blocks = Grid.loop(columns / MatMul.BLOCK);
        return switch (w) {
            case PackedMatrix.Float32 f32 -> product(name, x, f32.values(), bias, step, rowsAt, columns, k, xStride,
                    yStride, hasBias, accumulate, y);
            case PackedMatrix.Bfloat16 bf16 -> add(name, blocks, MatMulBf16::rows, x, bf16.values(), bias, step, rowsAt,
                    columns, k, xStride, yStride, hasBias, accumulate, y);
            case PackedMatrix.Half half -> add(name, blocks, MatMulF16::rows, x, half.values(), bias, step, rowsAt,
                    columns, k, xStride, yStride, hasBias, accumulate, y);
            case PackedMatrix.Int8 int8 -> add(name, blocks, MatMulInt8::rows, x, int8.values(), int8.scales(), bias,
                    step, rowsAt, columns, k, xStride, yStride, hasBias, accumulate, y);
        };
    }

    /**
     * Adds the product of each expert by the kernel of the weight's number format; arguments as for
     * {@link ExpertMatMul#rows}.
     */
    public StepList expertProduct(String name, Grid grid, FloatArray x, PackedMatrix w, IntArray grouping, int tokensAt,
            int first, int experts, int columns, int k, int xStride, int yStride, VectorFloat16 y) {
        return switch (w) {
            case PackedMatrix.Float32 f32 -> add(name, grid, ExpertMatMul::rows, x, f32.values(), grouping, tokensAt,
                    first, experts, columns, k, xStride, yStride, y);
            case PackedMatrix.Bfloat16 bf16 -> add(name, grid, ExpertMatMulBf16::rows, x, bf16.values(), grouping,
                    tokensAt, first, experts, columns, k, xStride, yStride, y);
            case PackedMatrix.Half half -> add(name, grid, ExpertMatMulF16::rows, x, half.values(), grouping, tokensAt,
                    first, experts, columns, k, xStride, yStride, y);
            case PackedMatrix.Int8 int8 -> add(name, grid, ExpertMatMulInt8::rows, x, int8.values(), int8.scales(),
                    grouping, tokensAt, first, experts, columns, k, xStride, yStride, y);
        };
    }

    /**
     * Adds the way of queries into the latent space by the kernel of the weight's number format; arguments as for
     * {@link AbsorbedQuery#rows}.
     */
    public StepList absorbedQuery(String name, VectorFloat16 q, PackedMatrix w, IntArray step, int heads,
            int nopeVectors, int headVectors, int latentVectors, int qStride, int packedRow, float scale,
            VectorFloat16 packed) {
        Grid blocks = Grid.loop(heads * Math.ceilDiv(latentVectors * Padding.LANES, MatMul.BLOCK));
        return switch (w) {
            case PackedMatrix.Float32 f32 ->
                add(name, Grid.loop(heads * latentVectors), AbsorbedQuery::rows, q, f32.values(), step, heads,
                        nopeVectors, headVectors, latentVectors, qStride, packedRow, scale, packed);
            case PackedMatrix.Bfloat16 bf16 -> add(name, blocks, AbsorbedQueryBf16::rows, q, bf16.values(), step, heads,
                    nopeVectors, headVectors, latentVectors, qStride, packedRow, scale, packed);
            case PackedMatrix.Half half -> add(name, blocks, AbsorbedQueryF16::rows, q, half.values(), step, heads,
                    nopeVectors, headVectors, latentVectors, qStride, packedRow, scale, packed);
            case PackedMatrix.Int8 int8 -> add(name, blocks, AbsorbedQueryInt8::rows, q, int8.values(), int8.scales(),
                    step, heads, nopeVectors, headVectors, latentVectors, qStride, packedRow, scale, packed);
        };
    }

    /**
     * Adds the way of the attended latent to values by the kernel of the weight's number format; arguments as for
     * {@link ValueUp#rows}.
     */
    public StepList valueUp(String name, VectorFloat16 merged, PackedMatrix w, IntArray step, int heads, int valueDim,
            int latentVectors, FloatArray values) {
        Grid blocks = Grid.loop(heads * Math.ceilDiv(valueDim, MatMul.BLOCK));
        return switch (w) {
            case PackedMatrix.Float32 f32 -> add(name, Grid.loop(heads * valueDim), ValueUp::rows, merged, f32.values(),
                    step, heads, valueDim, latentVectors, values);
            case PackedMatrix.Bfloat16 bf16 -> add(name, blocks, ValueUpBf16::rows, merged, bf16.values(), step, heads,
                    valueDim, latentVectors, values);
            case PackedMatrix.Half half -> add(name, blocks, ValueUpF16::rows, merged, half.values(), step, heads,
                    valueDim, latentVectors, values);
            case PackedMatrix.Int8 int8 -> add(name, blocks, ValueUpInt8::rows, merged, int8.values(), int8.scales(),
                    step, heads, valueDim, latentVectors, values);
        };
    }

    /** Adds a matrix product of 32-bit weights by the kernel of the device's variant. */
    private StepList product(String name, FloatArray x, VectorFloat16 w, VectorFloat16 bias, IntArray step, int rowsAt,
            int columns, int k, int xStride, int yStride, int hasBias, int accumulate, VectorFloat16 y) {
        if (variants.matMulItems() == 0) {
            return add(name, Grid.loop(columns / MatMul.BLOCK), MatMul::rows, x, w, bias, step, rowsAt, columns, k,
                    xStride, yStride, hasBias, accumulate, y);
        }
        KernelContext context = new KernelContext();
        steps.add(new Step(name, Grid.groups(columns / Padding.LANES, variants.matMulItems()), GROUP_MAT_MUL,
                List.of(x, w, bias, step, rowsAt, k, xStride, yStride, hasBias, accumulate, y),
                graph -> graph.task(name, GroupMatMul::rows, context, x, w, bias, step, rowsAt, k, xStride, yStride,
                        hasBias, accumulate, y),
                () -> MatMul.rows(x, w, bias, step, rowsAt, columns, k, xStride, yStride, hasBias, accumulate, y)));
        return this;
    }

    /** Adds absorbed attention by groups of work-items; arguments as for {@link GroupAttention#split}. */
    public StepList groupAttention(String name, int units, VectorFloat16 packed, VectorFloat16 pool, FloatArray mask,
            IntArray step, int tokensAt, int tablesAt, int tableLength, int pageTokens, int heads, int latentVectors,
            int rowVectors, FloatArray maxima, FloatArray sums, VectorFloat16 partial) {
        KernelContext context = new KernelContext();
        steps.add(new Step(name, Grid.groups(Math.multiplyExact(units, heads), variants.attentionItems()),
                GROUP_ATTENTION,
                List.of(packed, pool, mask, step, tokensAt, tablesAt, tableLength, pageTokens, heads, latentVectors,
                        rowVectors, maxima, sums, partial),
                graph -> graph.task(name, GroupAttention::split, context, packed, pool, mask, step, tokensAt, tablesAt,
                        tableLength, pageTokens, heads, latentVectors, rowVectors, maxima, sums, partial),
                () -> HostAttention.split(packed, pool, mask, step, tokensAt, tablesAt, tableLength, pageTokens, heads,
                        latentVectors, rowVectors, maxima, sums, partial)));
        return this;
    }

    public <T1, T2, T3, T4, T5> StepList add(String name, Grid grid, Task5<T1, T2, T3, T4, T5> kernel, T1 a1, T2 a2,
            T3 a3, T4 a4, T5 a5) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5),
                () -> kernel.apply(a1, a2, a3, a4, a5), a1, a2, a3, a4, a5);
    }

    public <T1, T2, T3, T4, T5, T6> StepList add(String name, Grid grid, Task6<T1, T2, T3, T4, T5, T6> kernel, T1 a1,
            T2 a2, T3 a3, T4 a4, T5 a5, T6 a6) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6), a1, a2, a3, a4, a5, a6);
    }

    public <T1, T2, T3, T4, T5, T6, T7> StepList add(String name, Grid grid, Task7<T1, T2, T3, T4, T5, T6, T7> kernel,
            T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7), a1, a2, a3, a4, a5, a6, a7);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8> StepList add(String name, Grid grid,
            Task8<T1, T2, T3, T4, T5, T6, T7, T8> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8), a1, a2, a3, a4, a5, a6, a7, a8);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9> StepList add(String name, Grid grid,
            Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8,
            T9 a9) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9), a1, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> StepList add(String name, Grid grid,
            Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7,
            T8 a8, T9 a9, T10 a10) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10), a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> StepList add(String name, Grid grid,
            Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6,
            T7 a7, T8 a8, T9 a9, T10 a10, T11 a11) {
        return put(name, grid, kernel, graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11), a1, a2, a3, a4, a5, a6, a7, a8, a9,
                a10, a11);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> StepList add(String name, Grid grid,
            Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6,
            T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12), a1, a2, a3, a4, a5, a6, a7, a8,
                a9, a10, a11, a12);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> StepList add(String name, Grid grid,
            Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> kernel, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5,
            T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13), a1, a2, a3, a4, a5, a6, a7,
                a8, a9, a10, a11, a12, a13);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> StepList add(String name, Grid grid,
            Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> kernel, T1 a1, T2 a2, T3 a3, T4 a4,
            T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14), a1, a2, a3, a4, a5, a6,
                a7, a8, a9, a10, a11, a12, a13, a14);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> StepList add(String name, Grid grid,
            Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> kernel, T1 a1, T2 a2, T3 a3, T4 a4,
            T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14, T15 a15) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15), a1, a2, a3, a4,
                a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> StepList add(String name, Grid grid,
            Task16<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> kernel, T1 a1, T2 a2, T3 a3,
            T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14, T15 a15, T16 a16) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,
                        a16),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16), a1, a2, a3,
                a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> StepList add(String name,
            Grid grid, Task17<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> kernel, T1 a1,
            T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17), a1, a2,
                a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18> StepList add(String name,
            Grid grid, Task18<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18> kernel,
            T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17, T18 a18) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18), a1,
                a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19> StepList add(
            String name, Grid grid,
            Task19<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19> kernel, T1 a1,
            T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17, T18 a18, T19 a19) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18, a19),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18,
                        a19),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19);
    }

    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20> StepList add(
            String name, Grid grid,
            Task20<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20> kernel,
            T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14,
            T15 a15, T16 a16, T17 a17, T18 a18, T19 a19, T20 a20) {
        return put(name, grid, kernel,
                graph -> graph.task(name, kernel, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                        a17, a18, a19, a20),
                () -> kernel.apply(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19,
                        a20),
                a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20);
    }
}
