package org.tornadomla.bundled.opencl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.kernels.Unpack;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** Which translations one task has from another, and from another process. */
class TranslationStoreTest {

    private static final TranslationOptions OPTIONS = new TranslationOptions(true, true, true, 16);

    /** A kernel that is not the library's. */
    static void fill(FloatArray array, int count) {
        for (@Parallel
        int i = 0; i < count; i++) {
            array.set(i, 1);
        }
    }

    /** A kernel whose code has the size of its array in it. */
    static void fillAll(FloatArray array) {
        for (@Parallel
        int i = 0; i < array.getSize(); i++) {
            array.set(i, 1);
        }
    }

    /** A kernel with an array of its own, whose size depends on one of its numbers. */
    static void turnRows(FloatArray array, int rows, int width, float factor) {
        for (@Parallel
        int row = 0; row < rows; row++) {
            float[] own = new float[(width + 7) / 8 * 8];
            for (int i = 0; i < width; i++) {
                own[i] = array.get(row * width + i);
            }
            for (int i = 0; i < width; i++) {
                array.set(row * width + i, factor * own[width - 1 - i]);
            }
        }
    }

    private static final class Memory implements SourceStore {
        private final Map<String, KernelSource> kept = new HashMap<>();

        @Override
        public KernelSource load(String key) {
            return kept.get(key);
        }

        @Override
        public void store(String key, KernelSource source) {
            kept.put(key, source);
        }
    }

    private static KernelTask task(Class<?> owner, String name, Object... arguments) {
        Method method = Arrays.stream(owner.getDeclaredMethods()).filter(one -> one.getName().equals(name)).findFirst()
                .orElseThrow();
        return new KernelTask("graph", name, method, List.of(arguments));
    }

    private static KernelTask unpack(int columns, int rows) {
        return task(Unpack.class, "rows", new VectorFloat16(columns * rows), new IntArray(8 + rows), 0, columns, rows,
                new FloatArray(columns * rows * 4));
    }

    @Test
    void sizesAndNumbersThatTheCodeDoesNotReadMakeNoOtherSource() {
        KernelTranslator.Translation small = KernelTranslator.anew(unpack(16, 4), OPTIONS);
        KernelTranslator.Translation large = KernelTranslator.anew(unpack(64, 9), OPTIONS);
        assertEquals(small.key(), large.key());
        assertEquals(small.key().text(), large.key().text());
        assertEquals(small.source(), large.source());
        assertNotEquals(small.key().text(),
                KernelTranslator.anew(unpack(16, 4), new TranslationOptions(false, true, true, 16)).key().text());
    }

    private static String reversed(int rows, int width, float factor) {
        return KernelTranslator
                .anew(task(TranslationStoreTest.class, "turnRows", new FloatArray(rows * width), rows, width, factor),
                        OPTIONS)
                .source().text();
    }

    /** A driver takes long to compile what differs, so that only what must is in the source. */
    @Test
    void onlyNumbersThatAnArrayOfTheKernelIsSizedByAreInTheSource() {
        String source = reversed(4, 20, 0.5f);
        assertTrue(source.contains("[24]"), source);
        assertEquals(source, reversed(9, 20, 2f));
        assertNotEquals(source, reversed(4, 21, 0.5f));
    }

    @Test
    void sizesThatTheCodeReadsArePartOfTheKey() {
        KernelTranslator.Translation small = KernelTranslator
                .anew(task(TranslationStoreTest.class, "fillAll", new FloatArray(16)), OPTIONS);
        KernelTranslator.Translation large = KernelTranslator
                .anew(task(TranslationStoreTest.class, "fillAll", new FloatArray(32)), OPTIONS);
        assertNotEquals(small.key().text(), large.key().text());
        assertNotEquals(small.source().text(), large.source().text());
        KernelSource first = KernelTranslator.translate(task(TranslationStoreTest.class, "fillAll", new FloatArray(48)),
                OPTIONS);
        assertTrue(first.text().contains("48"), first.text());
        KernelSource second = KernelTranslator
                .translate(task(TranslationStoreTest.class, "fillAll", new FloatArray(80)), OPTIONS);
        assertTrue(second.text().contains("80"), second.text());
    }

    @Test
    void onlyKernelsOfTheLibraryAreKept() {
        assertTrue(KernelTranslator.anew(unpack(16, 4), OPTIONS).kept());
        assertFalse(KernelTranslator.anew(task(TranslationStoreTest.class, "fill", new FloatArray(16), 16), OPTIONS)
                .kept());
    }

    @Test
    void whatAnotherProcessKeptIsTaken() {
        // Options that no other test has, since a process remembers translations too.
        TranslationOptions options = new TranslationOptions(false, false, false, 16);
        Memory memory = new Memory();
        KernelTranslator.Translation made = KernelTranslator.anew(unpack(16, 4), options);
        KernelSource other = new KernelSource("other", "other", List.of("other"), List.of(), 1, 0);
        memory.store(made.key().text(), other);
        assertSame(other, KernelTranslator.translate(unpack(32, 5), options, memory));
        // Another kernel of the library is translated and kept.
        Memory empty = new Memory();
        TranslationOptions more = new TranslationOptions(false, true, false, 16);
        KernelSource source = KernelTranslator.translate(unpack(16, 4), more, empty);
        assertEquals(Map.of(KernelTranslator.anew(unpack(48, 2), more).key().text(), source), empty.kept);
    }
}
