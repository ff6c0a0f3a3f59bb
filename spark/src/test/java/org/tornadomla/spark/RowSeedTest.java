package org.tornadomla.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Seeds are the same for ever: a text of last year can be written again. */
class RowSeedTest {

    @Test
    void seedsAreThoseOfTheFirstVersion() {
        assertEquals(-298652386060860706L, RowSeed.of(7, List.of("42")));
    }

    @Test
    void jobKeysAndTheirBordersMatter() {
        Set<Long> seeds = Set.of(RowSeed.of(0, List.of("a", "bc")), RowSeed.of(0, List.of("ab", "c")),
                RowSeed.of(0, List.of("abc")), RowSeed.of(1, List.of("abc")), RowSeed.of(0, List.of("a", "b", "c")));
        assertEquals(5, seeds.size());
    }
}
