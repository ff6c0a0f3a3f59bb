package org.tornadomla.driver;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.tornadomla.cache.LatentCache;
import org.tornadomla.cache.RowCopy;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.InterruptedWorkException;
import org.tornadomla.graph.Capacity;
import org.tornadomla.graph.CyclePlan;
import org.tornadomla.graph.StepBuffer;
import org.tornadomla.layers.Attending;
import org.tornadomla.layers.AttentionCost;

/** Cuts work of any size into rounds that fit a plan, fills the plan's arrays for each, and hands the results on. */
public final class Rounds {

    private final MlaConfig config;
    private final DevicePlan plan;
    private final Optional<Attending> way;
    private final int cores;
    private final int expertsPerToken;
    private final Round round;

    /**
     * @param config          sizes of the attention
     * @param way             how attention is computed where the plan has room for it; empty for whichever costs less
     * @param expertsPerToken experts that each token passes; 0 where there are none
     */
    public Rounds(MlaConfig config, LatentCache cache, DevicePlan plan, Optional<Attending> way, int expertsPerToken) {
        this.config = config;
        this.plan = plan;
        this.way = way;
        this.cores = plan.target().computeUnits();
        this.expertsPerToken = expertsPerToken;
        this.round = new Round(cache, plan.step());
    }

    /** The most of everything in one round. */
    public Capacity capacity() {
        return plan.step().capacity();
    }

    /** Whether works go in one round. */
    public boolean fitsOneRound(List<? extends Work> works) {
        long tokens = works.stream().mapToLong(Work::tokens).sum();
        long maskFloats = works.stream().filter(work -> work.mask().isPresent())
                .mapToLong(work -> (long) work.tokens() * work.mask().get().floats()).sum();
        return tokens <= capacity().tokens() && works.size() <= capacity().sequences()
                && maskFloats <= capacity().maskFloats();
    }

    /**
     * Runs works in as many rounds as they take.
     *
     * @param works       at most one a sequence
     * @param copies      rows to copy before anything is written
     * @param pass        what is done with the tokens
     * @param readout     what comes to the host of rounds with results
     * @param interrupted asked before each round but those of copies
     * @throws InterruptedWorkException when that was so; what the rounds before did stands
     */
    public void run(List<? extends Work> works, List<RowCopy> copies, Pass pass, Readout readout,
            BooleanSupplier interrupted) {
        round.begin(copyFirst(copies));
        for (Work work : works) {
            int done = 0;
            while (done < work.tokens()) {
                int take = round.room(work, done, pass);
                if (take == 0) {
                    execute(pass, readout, interrupted);
                    round.begin(List.of());
                    continue;
                }
                round.add(work, done, take, pass);
                done += take;
            }
        }
        if (!round.isEmpty()) {
            execute(pass, readout, interrupted);
        }
    }

    /** Copies rows in rounds of their own where they are too many to go with tokens; returns what is left to copy. */
    private List<RowCopy> copyFirst(List<RowCopy> copies) {
        int room = capacity().writes() - capacity().tokens();
        if (copies.stream().mapToInt(RowCopy::rows).sum() <= room) {
            return copies;
        }
        int perRound = Math.max(1, room / capacity().pageTokens());
        for (int i = 0; i < copies.size(); i += perRound) {
            round.begin(copies.subList(i, Math.min(i + perRound, copies.size())));
            // Without a token, attention has nothing to do; it runs since each of its graphs hands on what others hold.
            finish(Pass.WRITE);
            plan.run(Set.of(Attending.ABSORBED), List.of());
        }
        return List.of();
    }

    private void finish(Pass pass) {
        StepBuffer step = plan.step();
        int splits = AttentionCost.splits(capacity(), cores, plan.slices(), step.tokens(), round.longest());
        step.finish(config.numHeads(), splits, pass.writes() ? round.tokens() : 0, round.masked(),
                round.maskHeadStride());
        step.setExpertsPerToken(expertsPerToken);
    }

    private void execute(Pass pass, Readout readout, BooleanSupplier interrupted) {
        if (interrupted.getAsBoolean()) {
            throw new InterruptedWorkException("the work was interrupted before its end");
        }
        finish(pass);
        Set<Enum<?>> conditions = new HashSet<>();
        if (pass.attends()) {
            Attending chosen = chosen();
            conditions.add(chosen);
            if (chosen == Attending.EXPANDED) {
                plan.step().expandedOnly();
            }
            round.fillMask(plan.mask(chosen));
        }
        List<CyclePlan.Fetch> fetches = List.of();
        if (round.results() > 0) {
            conditions.addAll(readout.wanted());
            plan.step().setCandidates(readout.candidates());
            fetches = readout.fetches(round.results());
        }
        plan.run(conditions, fetches);
        round.deliver();
    }

    private Attending chosen() {
        long keys = plan.step().expandedKeys();
        // Keys that an indexer chooses are read one by one, from the latents; where it would choose all, there is no
        // choice.
        boolean chooses = config.indexer().isPresent() && round.longest() > config.indexer().get().topk();
        if (!plan.has(Attending.EXPANDED) || keys > capacity().expandedKeys() || chooses) {
            return Attending.ABSORBED;
        }
        return way.orElseGet(() -> AttentionCost.cheaper(config, round.tokens(), keys, round.pairs()));
    }
}
