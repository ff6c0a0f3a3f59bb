package org.tornadomla.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadomla.blocks.IntegerBlock;
import org.tornadomla.tensor.Matrices;
import org.tornadomla.tensor.Matrix;
import org.tornadomla.testing.Seeds;

/** What heads multiply with is what the expansion of the same rows multiplies with. */
class HeadBlocksTest {

    private static final int ROWS = 20;
    private static final int WIDTH = 512;

    static Stream<Arguments> pieces() {
        return WeightFormats.ALL.stream().filter(IntegerBlockFormat.class::isInstance)
                .flatMap(format -> Stream.of(0, 10, 16, 32, 96, 128)
                        .flatMap(first -> Stream.of(64, 72, 256).map(count -> Arguments.of(format, first, count))));
    }

    @ParameterizedTest(name = "{0} from {1}, {2} numbers")
    @MethodSource("pieces")
    void rowsThatBeginWithinABlockAreKeptAlike(NumberFormat format, int first, int count) {
        IntegerBlock block = ((IntegerBlockFormat) format).block();
        byte[] bytes = StoredIntegers.rounded(block, Seeds.normal(3, ROWS * WIDTH)).bytes();
        Matrix rows = Matrices.part(new RandomBlocks(block, ROWS, WIDTH, bytes), 0, ROWS, first, count);
        PackedMatrix product = format.allocate("expansion", MatrixShape.product(1, ROWS, count));
        product.put(0, rows, row -> row);
        PackedMatrix values = format.allocate("values", new MatrixShape(MatrixUse.VALUE_UP, 1, ROWS, 256));
        values.put(0, rows, row -> row);
        PackedMatrix keys = format.allocate("keys", new MatrixShape(MatrixUse.ABSORBED_QUERY, 1, count, 32));
        keys.putInputs(rows, ROWS, (head, row) -> row);
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < count; column++) {
                double expected = product.number(0, row, column);
                assertEquals(expected, values.number(0, row, column), "value " + row + ", " + column);
                assertEquals(expected, keys.number(0, column, row), "key " + row + ", " + column);
            }
        }
    }
}
