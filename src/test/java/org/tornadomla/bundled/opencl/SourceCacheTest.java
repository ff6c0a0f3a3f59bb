package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.opencl.source.KernelSource;
import org.tornadomla.bundled.opencl.source.KernelTranslator;
import org.tornadomla.bundled.opencl.source.SourceStore;
import org.tornadomla.bundled.opencl.source.TranslationOptions;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Sources on disk: what was kept comes back, and a file that is not what was written is taken for absent. */
class SourceCacheTest {

    private static final KernelSource SOURCE = new KernelSource("Kernel_run", "__kernel void Kernel_run() {}\n",
            List.of("trips", "Kernel_run"), List.of(0, 3), 1, 64);

    @TempDir
    private Path folder;

    private SourceCache kept() {
        SourceCache cache = SourceCache.in(folder);
        cache.store("task", SOURCE);
        return cache;
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("sources"))) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            return all.getFirst();
        }
    }

    @Test
    void whatWasKeptComesBack() {
        assertEquals(SOURCE, kept().load("task"));
        assertEquals(SOURCE, SourceCache.in(folder).load("task"));
        assertNull(SourceCache.in(folder).load("other task"));
        assertNull(SourceCache.in(null).load("task"));
    }

    @Test
    void damageIsAbsence() throws IOException {
        SourceCache cache = kept();
        byte[] whole = Files.readAllBytes(only());
        for (int place = 0; place < whole.length; place++) {
            byte[] damaged = whole.clone();
            damaged[place] ^= 4;
            Files.write(only(), damaged);
            assertNull(cache.load("task"), "byte " + place);
            Files.write(only(), Arrays.copyOf(whole, place));
            assertNull(cache.load("task"), place + " bytes");
        }
        cache.store("task", SOURCE);
        assertEquals(SOURCE, cache.load("task"));
    }

    @Test
    void aSourceThatEndsTooEarlyIsAbsentAndNoFolderKeepsNothing() throws IOException {
        SourceCache cache = kept();
        String name = only().getFileName().toString();
        new KeptFiles(folder.resolve("sources"), ".source", 1 << 20).store(name.substring(0, name.indexOf('.')),
                new byte[]{0, 1, 'k'});
        assertNull(cache.load("task"));
        SourceCache none = SourceCache.in(null);
        none.store("task", SOURCE);
        assertNull(none.load("task"));
    }

    /** A kernel of a class that is not in the library's jar is never what the library's kernel of that name was. */
    @Test
    void aKernelFromElsewhereIsTranslated() {
        SourceStore store = new SourceStore() {
            @Override
            public KernelSource load(String key) {
                return SOURCE;
            }

            @Override
            public void store(String key, KernelSource source) {
                throw new AssertionError("a kernel of the tests is kept");
            }
        };
        KernelTask task = OpenClRun.task(ConstructKernels.class, "nested", new IntArray(4800),
                IntArray.fromElements(4, 6));
        // No other test asks for vectors of so many numbers, so that this process does not know the kernel yet.
        KernelSource made = KernelTranslator.translate(task, new TranslationOptions(true, false, false, 1), store);
        assertTrue(made.text().contains("nested"), made.text());
    }

    @Test
    void theOldestFilesGoWhenAllTakeTooMuch() throws IOException {
        byte[] content = new byte[992];
        KeptFiles files = new KeptFiles(folder, ".kept", 10_000);
        for (int i = 0; i < 12; i++) {
            files.store("old" + i, content);
            Path file = folder.resolve("old" + i + ".kept");
            assertTrue(file.toFile().setLastModified(1_000_000_000_000L + i * 1_000L));
        }
        // The file that was read counts as used.
        assertNotNull(new KeptFiles(folder, ".kept", 10_000).load("old0"));
        KeptFiles later = new KeptFiles(folder, ".kept", 10_000);
        later.store("new", content);
        assertNotNull(later.load("new"));
        assertNotNull(later.load("old0"));
        assertNotNull(later.load("old11"));
        for (int i = 1; i < 5; i++) {
            assertNull(later.load("old" + i), "old" + i);
        }
        assertNull(new KeptFiles(folder, ".kept", 10).load("none"));
    }
}
