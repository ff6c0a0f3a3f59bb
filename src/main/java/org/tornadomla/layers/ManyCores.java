package org.tornadomla.layers;

import java.util.Set;

import org.tornadomla.backend.Target;
import org.tornadomla.cache.LayerPool;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.config.MoeConfig;
import org.tornadomla.config.Scoring;
import org.tornadomla.graph.Buffers;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.graph.StepList;
import org.tornadomla.graph.WorkGroups;
import org.tornadomla.kernels.GroupBest;
import org.tornadomla.kernels.GroupExpertSum;
import org.tornadomla.kernels.GroupLatentAttention;
import org.tornadomla.kernels.GroupNorm;
import org.tornadomla.kernels.GroupPassOn;
import org.tornadomla.kernels.GroupRouter;
import org.tornadomla.kernels.GroupRows;
import org.tornadomla.kernels.GroupSort;
import org.tornadomla.tensor.CacheType;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.tensor.MlaWeights;
import org.tornadomla.tensor.NamedWeights;
import org.tornadomla.weights.Filling;
import org.tornadomla.weights.FormatChoice;
import org.tornadomla.weights.MatrixPacker;
import org.tornadomla.weights.NumberFormat;
import org.tornadomla.weights.RowForm;
import org.tornadomla.weights.RowTable;
import org.tornadomla.weights.Rows;
import org.tornadomla.weights.WeightFormats;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The family for the many cores of a GPU: work-groups on scalars, which share local memory. Rows are floats without
 * padding, whoever writes or reads them. Products take the norm of the rows that they read and join gate and up where
 * they write them, so that neither is a step.
 *
 * @param groups how work-items stand in groups
 */
public record ManyCores(WorkGroups groups) implements KernelFamily {

    /** Gates, and as many outputs of up behind them, that stand beside each other in a weight of both. */
    private static final int PAIRED = GroupRows.CHUNKS;

    /** The family as it suits a device. */
    public static ManyCores of(Target target) {
        return new ManyCores(WorkGroups.of(target));
    }

    @Override
    public String name() {
        return "many cores";
    }

    @Override
    public String reasons(Target target) {
        return "every operation: groups of " + groups.items() + " work-items on scalars, at most " + groups.most()
                + " groups at a time, "
                + (target.isManyCoresBySetting()
                        ? "since the property " + Target.CORES + " says so"
                        : "since the device has many cores");
    }

    @Override
    public StepList steps() {
        return new StepList(groups);
    }

    @Override
    public MatrixPacker packer(FormatChoice formats, long bufferBytes) {
        return MatrixPacker.inRows(formats, bufferBytes);
    }

    @Override
    public Object vector(float[] values, double factor) {
        FloatArray vector = new FloatArray(values.length);
        for (int i = 0; i < values.length; i++) {
            vector.set(i, factor == 1 ? values[i] : (float) (values[i] * factor));
        }
        return vector;
    }

    @Override
    public long vectorBytes(int width) {
        return (long) width * Float.BYTES;
    }

    @Override
    public RowTable table(NumberFormat format, Matrix table, MatrixPacker packer, Filling filling) {
        return packer.in(format).columns("embedding", table, table.rows(), row -> row);
    }

    @Override
    public Object none() {
        return new FloatArray(1);
    }

    @Override
    public Object pool(LayerPool pool) {
        return switch (pool) {
            case LayerPool.Float32 floats -> floats.rows().getArray();
            case LayerPool.Bfloat16 numbers -> numbers.rows().getArray();
            case LayerPool.Int8 numbers -> numbers.rows().getArray();
        };
    }

    @Override
    public RowForm written(int width) {
        return new RowForm(false, width);
    }

    @Override
    public RowForm read(int width) {
        return new RowForm(false, width);
    }

    /** Gate and up are joined as they are written. */
    @Override
    public RowForm gateUp(int intermediate) {
        return read(gateUpOutputs(intermediate) / 2);
    }

    @Override
    public RowForm values(MlaConfig config) {
        return read(config.numHeads() * config.vHeadDim());
    }

    @Override
    public int gateUpOutputs(int intermediate) {
        return 2 * PAIRED * Math.ceilDiv(intermediate, PAIRED);
    }

    /** Sixteen of the gate, then those of up that they are joined with. */
    @Override
    public int gateUpRow(int intermediate, int output) {
        int place = output / (2 * PAIRED) * PAIRED + output % PAIRED;
        return place < intermediate ? output / PAIRED % 2 * intermediate + place : -1;
    }

    /** Groups that have a number of an output for each work-item. */
    private long items(long numbers) {
        return Math.ceilDiv(numbers, groups.items());
    }

    @Override
    public Rows norm(StepList steps, Norm n) {
        if (n.listAt() < 0) {
            return n.x().normed(n.weight(), n.eps());
        }
        steps.add(n.name(), groups.grid(n.most()), GroupNorm::rows, new KernelContext(), n.x().floats(),
                (FloatArray) n.weight(), n.step().array(), n.rowsAt(), n.listAt(), n.width(), n.x().stride(),
                n.to().stride(), n.eps(), n.to().floats());
        return n.to();
    }

    @Override
    public int mostBest() {
        return GroupBest.MOST;
    }

    @Override
    public int bestScratch(int width) {
        return GroupBest.parts(width) * GroupBest.RECORD;
    }

    @Override
    public void best(StepList steps, Rows logits, int width, StepBuffer step, FloatArray scratch, FloatArray best) {
        int rows = step.capacity().outputs();
        int parts = GroupBest.parts(width);
        steps.add("best_of_parts", groups.grid((long) rows * parts), GroupBest::largest, new KernelContext(),
                logits.floats(), step.array(), width, logits.stride(), 0, scratch);
        steps.add("best", groups.grid(rows), GroupBest::largest, new KernelContext(), scratch, step.array(), parts, 0,
                GroupBest.OF_PARTS, best);
    }

    @Override
    public boolean normsApart() {
        return false;
    }

    @Override
    public Rows read(StepList steps, String name, Rows from, int width, StepBuffer step, int rowsAt, int most,
            Rows to) {
        return from;
    }

    @Override
    public Rows gated(StepList steps, String name, Rows gateUp, int intermediate, StepBuffer step, int rowsAt,
            Rows to) {
        return gateUp;
    }

    @Override
    public void route(StepList steps, Routing r) {
        MoeConfig config = r.config();
        steps.add(r.place().step("route"), groups.grid(r.step().capacity().tokens()), GroupRouter::tokens,
                new KernelContext(), r.scores().floats(), r.bias(), r.step().array(), config.choices(),
                r.scores().stride(), config.numExpertsPerTok(), config.nSharedExperts(),
                config.scoring() == Scoring.SIGMOID ? 1 : 0, FewCores.groupWay(config), config.nGroup(),
                config.topkGroup(), config.normTopkProb() ? 1 : 0, (float) config.routedScalingFactor(), r.chosen(),
                r.weights());
        steps.add(r.place().step("group"), groups.grid(1), GroupSort::rows, new KernelContext(), r.chosen(),
                r.step().array(), r.all(), r.perToken(), r.tokensAt(), r.placesAt(), r.grouping());
    }

    @Override
    public void passOn(StepList steps, Routing r, int width, Rows x, Rows parts) {
        Rows.Norm norm = x.norm().orElseThrow();
        steps.add(r.place().step("experts_pass_on"), groups.grid(r.step().capacity().tokens()), GroupPassOn::rows,
                new KernelContext(), x.floats(), (FloatArray) norm.weight(), r.chosen(), r.grouping(), r.step().array(),
                r.config().nRoutedExperts(), r.placesAt(), r.perToken(), width, x.stride(), parts.stride(), norm.eps(),
                parts.floats());
    }

    @Override
    public void sum(StepList steps, Routing r, int width, Rows parts, Rows x) {
        BlockPlace place = r.place();
        int tokens = r.step().capacity().tokens();
        if (place.behind().isPresent()) {
            steps.add(place.step("experts_norm"), groups.grid(tokens), GroupExpertSum::normed, new KernelContext(),
                    parts.floats(), r.weights(), r.grouping(), r.step().array(),
                    (FloatArray) place.behind().get().weight(), r.placesAt(), r.perToken(), width, parts.stride(),
                    x.stride(), place.behind().get().eps(), x.floats());
            return;
        }
        steps.add(place.step("experts_sum"), groups.grid(items((long) tokens * width)), GroupExpertSum::rows,
                new KernelContext(), parts.floats(), r.weights(), r.grouping(), r.step().array(), r.placesAt(),
                r.perToken(), width, parts.stride(), x.stride(), x.floats());
    }

    @Override
    public PackedAttention attention(AttentionShape shape, MlaWeights weights, Set<Attending> ways,
            MatrixPacker packer) {
        return ManyCoresWeights.pack(shape.config(), weights, packer);
    }

    @Override
    public long attentionBytes(AttentionShape shape, FormatChoice formats, Set<Attending> ways) {
        return ManyCoresWeights.bytes(shape.config(), packer(formats, Long.MAX_VALUE));
    }

    @Override
    public PackedIndex indexer(MlaConfig config, NamedWeights source) {
        return ManyCoresIndexWeights.pack(config, source, packer(WeightFormats.F32, Long.MAX_VALUE));
    }

    @Override
    public long indexerBytes(MlaConfig config) {
        return ManyCoresIndexWeights.bytes(config, packer(WeightFormats.F32, Long.MAX_VALUE));
    }

    @Override
    public AttentionRoom attention(AttentionShape shape, Capacity capacity, CacheType cache, Buffers buffers) {
        MlaConfig config = shape.config();
        return new ManyCoresRoom(ManyCoresBuffers.allocate(config, capacity, buffers), groups,
                GroupLatentAttention.slices(config.numHeads())
                        * GroupLatentAttention.parts(config.kvLoraRank(), groups.items()));
    }
}
