package org.tornadomla.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Graphs have one name exactly where one's code is right for the other. */
class CodeSharingTest {

    private final FloatArray x = new FloatArray(3);
    private final FloatArray y = new FloatArray(3);
    private final CodeSharing code = new CodeSharing(true);

    private static GraphSpec graph(String name, String step, String kernel, Grid grid, Object... arguments) {
        return new GraphSpec(name, List.of(new Step(step, grid, kernel, List.of(arguments), graph -> graph)));
    }

    private GraphSpec named(String name) {
        return graph(name, "s", "K.k", Grid.loop(3), x, y, 5);
    }

    @Test
    void layersThatDifferInTheirArraysHaveTheNameOfTheFirst() {
        assertEquals("layer_0", code.name(named("layer_0")));
        FloatArray other = new FloatArray(9);
        assertEquals("layer_0", code.name(graph("layer_1", "s", "K.k", Grid.loop(3), other, x, 5)));
        assertEquals("layer_0", code.name(named("layer_2")));
    }

    @Test
    void whateverElseDiffersIsOtherCode() {
        code.name(named("first"));
        IntArray ints = new IntArray(3);
        for (GraphSpec other : List.of(graph("name", "t", "K.k", Grid.loop(3), x, y, 5),
                graph("kernel", "s", "K.l", Grid.loop(3), x, y, 5), graph("grid", "s", "K.k", Grid.loop(4), x, y, 5),
                graph("groups", "s", "K.k", Grid.groups(1, 3), x, y, 5),
                graph("type", "s", "K.k", Grid.loop(3), x, ints, 5), graph("alias", "s", "K.k", Grid.loop(3), x, x, 5),
                graph("constant", "s", "K.k", Grid.loop(3), x, y, 6),
                graph("float", "s", "K.k", Grid.loop(3), x, y, 5f),
                new GraphSpec("longer", List.of(named("").steps().getFirst(), named("").steps().getFirst())))) {
            assertEquals(other.name(), code.name(other));
        }
    }

    @Test
    void aRuntimeThatDoesNotAskHasEachNameAsItIs() {
        CodeSharing none = new CodeSharing(false);
        none.name(named("layer_0"));
        assertEquals("layer_1", none.name(named("layer_1")));
    }
}
