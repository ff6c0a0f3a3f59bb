package org.tornadomla.bundled.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.vectors.Int16;

/** The kernels' helpers on vectors of ints are known for what they are, and what only looks like one is not. */
class LaneShapesTest {

    private static LaneShapes.Shape shape(String type, String name) throws IOException {
        ClassLoader loader = LaneShapesTest.class.getClassLoader();
        try (InputStream bytes = loader.getResourceAsStream(type.replace('.', '/') + ".class")) {
            MethodModel method = ClassFile.of().parse(bytes.readAllBytes()).methods().stream()
                    .filter(one -> one.methodName().equalsString(name)).findFirst().orElseThrow();
            return LaneShapes.of(method, loader);
        }
    }

    @ParameterizedTest
    @CsvSource({"start, SPLAT_INTS", "add, DOTS", "floats, FLOATS_OF_INTS"})
    void sumsOfProductsAreOneOperation(String helper, LaneShapes.Shape expected) throws IOException {
        assertEquals(expected, shape("org.tornadomla.kernels.Dots", helper));
    }

    @Test
    void oneLaneThatDiffersIsNoVectorOperation() throws IOException {
        assertNull(shape(LaneShapesTest.class.getName(), "almost"));
    }

    static Int16 almost(int s) {
        return new Int16(s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s + 1);
    }
}
