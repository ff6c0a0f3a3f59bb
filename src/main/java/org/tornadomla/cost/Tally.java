package org.tornadomla.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/** Counts what traced groups do: an access of a warp is what its work-items do at one place of the code in turn. */
final class Tally {

    /** Bytes that a GPU moves at least. */
    static final int SECTOR = 32;
    /** Work-items that go in step. */
    static final int WARP = 32;
    private static final int BANKS = 32;
    private static final int MOST_RACES = 32;

    private final IntFunction<String> siteNames;
    private final Map<Object, Integer> arrays = new IdentityHashMap<>();
    private final Map<Long, Use> globalUses = new HashMap<>();
    private final Set<Long> loaded = new HashSet<>();
    private final Set<Long> stored = new HashSet<>();
    private final Set<Race> races = new LinkedHashSet<>();
    private final Map<String, Traffic> bySite = new HashMap<>();
    private Traffic loads = Traffic.NONE;
    private Traffic stores = Traffic.NONE;
    private long localAccesses;
    private long conflicts;
    private long barriers;
    private long operations;

    /** Who used an element, and where: the last that wrote it, and the last that read it. */
    private static final class Use {
        private int writer = -1;
        private int reader = -1;
        private boolean readByMore;
        private int writeSite;
        private int readSite;
    }

    /** What the work-items of a warp did at one place. */
    private record Together(int kind, boolean write, int site, List<Object> owners, List<Integer> indices) {
    }

    /** @param siteNames line of code of an access */
    Tally(IntFunction<String> siteNames) {
        this.siteNames = siteNames;
    }

    /**
     * Counts what a group did between two barriers.
     *
     * @param barrier whether a barrier ended it
     */
    void interval(List<GroupItem> items, boolean barrier) {
        Map<Long, Use> localUses = new HashMap<>();
        for (int first = 0; first < items.size(); first += WARP) {
            warp(items.subList(first, Math.min(items.size(), first + WARP)), localUses);
        }
        barriers += barrier ? 1 : 0;
    }

    private void warp(List<GroupItem> items, Map<Long, Use> localUses) {
        Map<Long, Together> accesses = new HashMap<>();
        for (GroupItem item : items) {
            AccessLog log = item.log();
            Map<Integer, Integer> turns = new HashMap<>();
            for (int i = 0; i < log.size(); i++) {
                int turn = turns.merge(log.site(i), 1, Integer::sum);
                int access = i;
                Together together = accesses.computeIfAbsent((long) log.site(i) << Integer.SIZE | turn,
                        _ -> new Together(log.bytes(access), log.isWrite(access), log.site(access), new ArrayList<>(),
                                new ArrayList<>()));
                together.owners.add(log.array(i));
                together.indices.add(log.index(i));
                order(item, log, i, log.bytes(i) == 0 ? localUses : globalUses);
            }
        }
        accesses.values().forEach(access -> {
            if (access.kind == 0) {
                local(access);
            } else {
                global(access);
            }
        });
    }

    private long element(Object array, int index) {
        return (long) arrays.computeIfAbsent(array, _ -> arrays.size()) << Integer.SIZE | index;
    }

    private void order(GroupItem item, AccessLog log, int i, Map<Long, Use> uses) {
        Use use = uses.computeIfAbsent(element(log.array(i), log.index(i)), _ -> new Use());
        int me = item.globalIndex();
        boolean write = log.isWrite(i);
        if (use.writer >= 0 && use.writer != me) {
            race(log, i, use.writeSite);
        } else if (write && use.reader >= 0 && (use.readByMore || use.reader != me)) {
            race(log, i, use.readSite);
        }
        if (write) {
            use.writer = me;
            use.writeSite = log.site(i);
        } else {
            use.readByMore |= use.reader >= 0 && use.reader != me;
            use.reader = me;
            use.readSite = log.site(i);
        }
    }

    private void race(AccessLog log, int i, int before) {
        if (races.size() < MOST_RACES) {
            races.add(new Race(log.bytes(i) == 0 ? "local" : "global", siteNames.apply(before),
                    siteNames.apply(log.site(i))));
        }
    }

    private void global(Together access) {
        Set<Long> elements = new HashSet<>();
        Set<Long> sectors = new HashSet<>();
        for (int i = 0; i < access.indices.size(); i++) {
            int index = access.indices.get(i);
            elements.add(element(access.owners.get(i), index));
            sectors.add(element(access.owners.get(i), (int) ((long) index * access.kind / SECTOR)));
        }
        long least = Math.ceilDiv(elements.size() * (long) access.kind, (long) SECTOR);
        if (access.write) {
            stores = stores.plus(sectors.size(), least);
            stored.addAll(sectors);
        } else {
            loads = loads.plus(sectors.size(), least);
            loaded.addAll(sectors);
        }
        bySite.merge(siteNames.apply(access.site), new Traffic(sectors.size(), least),
                (a, b) -> a.plus(b.touched(), b.least()));
    }

    private void local(Together access) {
        Map<Integer, Set<Long>> banks = new HashMap<>();
        for (int i = 0; i < access.indices.size(); i++) {
            banks.computeIfAbsent(access.indices.get(i) % BANKS, _ -> new HashSet<>())
                    .add(element(access.owners.get(i), access.indices.get(i)));
        }
        localAccesses++;
        conflicts += banks.values().stream().mapToInt(Set::size).max().orElse(1) - 1;
    }

    /** Adds the operations on floats of a work-item that ended. */
    void operations(long count) {
        operations += count;
    }

    /** What was counted. */
    KernelCost cost() {
        return new KernelCost(loads, stores, (long) loaded.size() * SECTOR, (long) stored.size() * SECTOR,
                localAccesses, conflicts, barriers, operations, Map.copyOf(bySite), List.copyOf(races));
    }
}
