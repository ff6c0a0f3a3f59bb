package org.tornadomla.driver;

import java.util.List;

import org.tornadomla.graph.CyclePlan;
import org.tornadomla.layers.Wanted;

/** What comes of a round whose results are wanted. */
public interface Readout {

    /** What a round is to give when it has results. */
    List<Wanted> wanted();

    /** How many candidates for the next token each result gives; 0 for none. */
    default int candidates() {
        return 0;
    }

    /** What comes to the host after a round with some results, before {@link Work#take} is called for each. */
    List<CyclePlan.Fetch> fetches(int results);
}
