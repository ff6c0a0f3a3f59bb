package org.tornadomla.layers;

import java.util.Set;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.Grid;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.kernels.ExpertGrouping;
import org.tornadomla.kernels.ExpertNorm;
import org.tornadomla.kernels.ExpertSum;
import org.tornadomla.kernels.IdentityExperts;
import org.tornadomla.kernels.MatMul;
import org.tornadomla.kernels.RmsNorm;
import org.tornadomla.kernels.Router;
import org.tornadomla.kernels.SwiGlu;
import org.tornadomla.kernels.Unpack;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.tensor.Packing;
import org.tornadomla.tensor.Padding;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.RowTable;
import org.tornadomla.weights.Rows;
import org.tornadomla.weights.WeightFormats;

import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/**
 * The family for the few cores and wide vectors of a CPU: a work-item takes a large piece of work, and numbers stand in
 * vectors of 16. What products write are vectors, rows padded to whole blocks of columns; what they read are floats.
 */
public record FewCores() implements KernelFamily {

    /** The family. */
    public static final FewCores LOOPS = new FewCores();

    @Override
    public String name() {
        return "few cores";
    }

    @Override
    public String reasons(Target target) {
        return "every operation: loops over vectors, since the device has few cores with vector units";
    }

    @Override
    public StepList steps() {
        return new StepList();
    }

    @Override
    public MatrixPacker packer(FormatChoice formats, long bufferBytes) {
        return new MatrixPacker(formats, bufferBytes);
    }

    @Override
    public Object vector(float[] values, double factor) {
        float[] scaled = values.clone();
        for (int i = 0; factor != 1 && i < values.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return Packing.vector(scaled, Padding.toVectors(values.length), i -> i < values.length ? i : -1);
    }

    @Override
    public long vectorBytes(int width) {
        return (long) Padding.toVectors(width) * Float.BYTES;
    }

    @Override
    public RowTable table(NumberFormat format, Matrix table, MatrixPacker packer, Filling filling) {
        return format.equals(WeightFormats.F32)
                ? VectorTable.of(table, filling)
                : packer.in(format.inRows()).columns("embedding", table, table.rows(), row -> row);
    }

    @Override
    public long tableBytes(NumberFormat format, int rows, int width) {
        return format.equals(WeightFormats.F32)
                ? rows * vectorBytes(width)
                : KernelFamily.super.tableBytes(format, rows, width);
    }

    @Override
    public Object none() {
        return new VectorFloat16(1);
    }

    @Override
    public Object pool(LayerPool pool) {
        return pool.array();
    }

    @Override
    public RowForm written(int width) {
        return new RowForm(true, columns(width));
    }

    @Override
    public RowForm read(int width) {
        return new RowForm(false, Padding.toVectors(width));
    }

    @Override
    public RowForm gateUp(int intermediate) {
        return written(gateUpOutputs(intermediate));
    }

    /** Heads follow each other without padding. */
    @Override
    public RowForm values(MlaConfig config) {
        return new RowForm(false, config.numHeads() * config.vHeadDim());
    }

    @Override
    public int gateUpOutputs(int intermediate) {
        return columns(2 * Padding.toVectors(intermediate));
    }

    @Override
    public int gateUpRow(int intermediate, int output) {
        int half = Padding.toVectors(intermediate);
        int place = output % half;
        return place < intermediate && output < 2 * half ? output / half * intermediate + place : -1;
    }

    private static int columns(int outputs) {
        return Padding.toMultiple(outputs, MatMul.BLOCK);
    }

    @Override
    public Rows norm(StepList steps, Norm n) {
        Grid grid = Grid.loop(n.most());
        VectorFloat16 weight = (VectorFloat16) n.weight();
        if (n.listAt() < 0) {
            steps.add(n.name(), grid, RmsNorm::rows, n.x().vectors(), weight, n.step().array(), n.rowsAt(), n.width(),
                    n.x().stride(), n.eps(), n.to().floats());
        } else {
            steps.add(n.name(), grid, RmsNorm::chosen, n.x().vectors(), weight, n.step().array(), n.rowsAt(),
                    n.listAt(), n.width(), n.x().stride(), n.eps(), n.to().floats());
        }
        return n.to();
    }

    @Override
    public boolean normsApart() {
        return true;
    }

    @Override
    public Rows read(StepList steps, String name, Rows from, int width, StepBuffer step, int rowsAt, int most,
            Rows to) {
        steps.add(name, Grid.loop(most), Unpack::rows, from.vectors(), step.array(), rowsAt, width, from.stride(),
                to.floats());
        return to;
    }

    @Override
    public Rows gated(StepList steps, String name, Rows gateUp, int intermediate, StepBuffer step, int rowsAt,
            Rows to) {
        int vectors = Padding.vectors(intermediate);
        steps.add(name, Grid.loop(vectors), SwiGlu::rows, gateUp.vectors(), step.array(), rowsAt, vectors,
                gateUp.stride(), to.floats());
        return to;
    }

    @Override
    public void route(StepList steps, Routing r) {
        MoeConfig config = r.config();
        steps.add(r.place().step("route"), Grid.loop(r.step().capacity().tokens()), Router::tokens,
                r.scores().vectors(), r.bias(), r.step().array(), config.choices(), r.scores().stride(),
                config.numExpertsPerTok(), config.nSharedExperts(), config.scoring() == Scoring.SIGMOID ? 1 : 0,
                groupWay(config), config.nGroup(), config.topkGroup(), config.normTopkProb() ? 1 : 0,
                (float) config.routedScalingFactor(), r.chosen(), r.weights());
        steps.add(r.place().step("group"), Grid.loop(1), ExpertGrouping::sort, r.chosen(), r.step().array(), r.all(),
                r.perToken(), r.tokensAt(), r.placesAt(), r.grouping());
    }

    @Override
    public void passOn(StepList steps, Routing r, int width, Rows x, Rows parts) {
        steps.add(r.place().step("experts_pass_on"), Grid.loop(r.step().capacity().tokens()), IdentityExperts::rows,
                x.floats(), r.chosen(), r.grouping(), r.step().array(), r.config().nRoutedExperts(), r.placesAt(),
                r.perToken(), Padding.vectors(width), x.stride(), parts.stride(), parts.vectors());
    }

    /** How the kernel is to rank groups. */
    static int groupWay(MoeConfig config) {
        return switch (config.topkMethod()) {
            case GREEDY, GREEDY_WITH_BIAS -> Router.ALL_GROUPS;
            case GROUP_LIMITED_GREEDY -> Router.BEST_OF_GROUP;
            case NOAUX_TC, TWO_BEST_GROUPS -> Router.BEST_TWO_OF_GROUP;
        };
    }

    @Override
    public void sum(StepList steps, Routing r, int width, Rows parts, Rows x) {
        BlockPlace place = r.place();
        if (place.behind().isPresent()) {
            steps.add(place.step("experts_norm"), Grid.loop(r.step().capacity().tokens()), ExpertNorm::rows,
                    parts.vectors(), r.weights(), r.grouping(), r.step().array(),
                    (VectorFloat16) place.behind().get().weight(), r.placesAt(), r.perToken(), width, parts.stride(),
                    x.stride(), place.behind().get().eps(), x.vectors());
            return;
        }
        steps.add(place.step("experts_sum"), Grid.loop(Padding.vectors(width)), ExpertSum::rows, parts.vectors(),
                r.weights(), r.grouping(), r.step().array(), r.placesAt(), r.perToken(), Padding.vectors(width),
                parts.stride(), x.stride(), x.vectors());
    }

    @Override
    public PackedAttention attention(AttentionShape shape, MlaWeights weights, Set<Attending> ways,
            MatrixPacker packer) {
        return AttentionWeights.pack(shape, weights, ways, packer);
    }

    @Override
    public long attentionBytes(AttentionShape shape, FormatChoice formats, Set<Attending> ways) {
        return AttentionWeights.bytes(shape, formats, ways);
    }

    @Override
    public PackedIndex indexer(MlaConfig config, NamedWeights source) {
        return IndexWeights.pack(config, source, packer(WeightFormats.F32, Long.MAX_VALUE));
    }

    @Override
    public long indexerBytes(MlaConfig config) {
        return IndexWeights.bytes(config, packer(WeightFormats.F32, Long.MAX_VALUE));
    }

    @Override
    public AttentionRoom attention(AttentionShape shape, Capacity capacity, CacheType cache, Buffers buffers) {
        return new FewCoresRoom(AttentionBuffers.allocate(shape, capacity, cache, buffers));
    }
}
