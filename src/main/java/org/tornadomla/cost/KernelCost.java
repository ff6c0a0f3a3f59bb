package org.tornadomla.cost;

import java.util.List;
import java.util.Map;

/**
 * What the traced groups of a launch ask of a GPU. Arrays are taken to begin where a sector begins; TornadoVM's header
 * in front of them moves that, so that a warp may touch a sector more, which the next warp uses too.
 *
 * @param loads         sectors that loads touch, an access of a warp at a time
 * @param stores        sectors that stores touch
 * @param loadedBytes   bytes of the different sectors that are loaded: what memory gives at least once
 * @param storedBytes   bytes of the different sectors that are stored
 * @param localAccesses accesses of warps to local memory
 * @param conflicts     further turns that those take, since several work-items use one bank
 * @param barriers      barriers that groups came to, all groups together
 * @param operations    additions, multiplications and divisions of floats
 * @param bySite        sectors by line of code
 * @param races         work-items that use one element without a barrier between them
 */
public record KernelCost(Traffic loads, Traffic stores, long loadedBytes, long storedBytes, long localAccesses,
        long conflicts, long barriers, long operations, Map<String, Traffic> bySite, List<Race> races) {
}
