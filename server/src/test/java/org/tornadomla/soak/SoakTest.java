package org.tornadomla.soak;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Fallback;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.decoder.Generator;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.faults.Fault;
import org.tornadomla.faults.FaultyDevice;
import org.tornadomla.testing.TestTargets;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Four threads ask one model for texts, cancel, fork, write and restore, while devices fail beside them: no wrong
 * token, and nothing kept. A build does it for some seconds; {@code ./mla test -Dtest=SoakTest -Dmla.soak.minutes=30}
 * is the real thing. It prints a line a minute.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what a process holds is read from /proc")
class SoakTest {

    private static final Path MODEL = Path.of("models", "tiny-kjv");
    private static final double MINUTES = Double.parseDouble(System.getProperty("mla.soak.minutes", "0.05"));
    private static final long SEED = Long.getLong("mla.soak.seed", 1);
    private static final int THREADS = 4;
    /** From this minute on memory must not grow. */
    private static final int SETTLED_MINUTES = 5;
    private static final double GROWTH = 1.05;

    @TempDir
    private Path folder;

    /** The driver's device where there is one: it is warm at once. */
    private final Target sound = TestTargets.list().getLast().withoutSelfTest();
    private final SoakWorker.Counts counts = new SoakWorker.Counts();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Footprint> minutes = new ArrayList<>();
    private volatile boolean stopped;
    private int faults;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nothingIsWrongAndNothingIsKept() throws Exception {
        DecoderOptions options = DecoderOptions.defaults().withBatch(6).withCacheTokens(640).withPageTokens(16);
        try (TextTokenizer tokenizer = TextTokenizer.load(MODEL);
                Decoder decoder = Decoder.load(MODEL, sound, options)) {
            SoakTexts texts;
            try (Decoder alone = Decoder.load(MODEL, sound, options.withBatch(1))) {
                texts = new SoakTexts(alone, tokenizer, MINUTES < 1 ? 8 : 32, new SplittableRandom(SEED));
            }
            Scheduler scheduler = new Scheduler(decoder, tokenizer, SchedulerOptions.defaults());
            scheduler.start();
            List<Thread> threads = start(scheduler, decoder, texts);
            watch(texts, tokenizer, threads);
            stopped = true;
            for (Thread thread : threads) {
                thread.join(TimeUnit.MINUTES.toMillis(1));
                assertTrue(!thread.isAlive(), "a thread hangs: " + List.of(thread.getStackTrace()));
            }
            scheduler.close();
            System.out.println("soak of seed " + SEED + ": " + counts + ", " + scheduler.preemptions() + " put back, "
                    + faults + " devices failed; " + Footprint.now());
            failures.forEach(Throwable::printStackTrace);
            assertEquals(List.of(), List.copyOf(failures));
            assertEquals(0, decoder.statistics().sequences());
            assertEquals(0, decoder.statistics().usedPages());
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        assertTrue(hasDoneAll(), counts.toString());
        assertFlat();
    }

    private List<Thread> start(Scheduler scheduler, Decoder decoder, SoakTexts texts) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SoakWorker worker = new SoakWorker(scheduler, decoder, texts, folder, new SplittableRandom(SEED + 1 + i),
                    counts);
            threads.add(Thread.ofPlatform().name("soak-" + i).start(() -> {
                try {
                    while (!stopped) {
                        worker.step();
                    }
                } catch (Throwable e) {
                    failures.add(e);
                    stopped = true;
                }
            }));
        }
        return threads;
    }

    /** Lets devices fail in turn, and says each minute what there is. */
    private void watch(SoakTexts texts, TextTokenizer tokenizer, List<Thread> threads) throws InterruptedException {
        long start = System.nanoTime();
        SplittableRandom random = new SplittableRandom(SEED);
        int minute = 0;
        while (!stopped && (!hasDoneAll() || System.nanoTime() - start < MINUTES * TimeUnit.MINUTES.toNanos(1))) {
            if (!Targets.sdkActive()) {
                fail(texts, tokenizer, random);
            }
            Thread.sleep(200);
            if (System.nanoTime() - start > (minute + 1) * TimeUnit.MINUTES.toNanos(1)) {
                minute++;
                Footprint now = Footprint.now();
                minutes.add(now);
                System.out.println("minute " + minute + ": " + counts + "; " + now);
            }
        }
        assertEquals(THREADS, threads.size());
    }

    /** However slow a machine is, something of each kind is done before the end. */
    private boolean hasDoneAll() {
        return counts.texts().sum() > 0 && counts.walks().sum() > 0;
    }

    /** A device fails in the middle of a text, which goes on with another. */
    private void fail(SoakTexts texts, TextTokenizer tokenizer, SplittableRandom random) {
        int index = random.nextInt(texts.count());
        Fault.Kind kind = List.of(Fault.Kind.LOST, Fault.Kind.OUT_OF_MEMORY, Fault.Kind.COMPILE).get(random.nextInt(3));
        try (FaultyDevice device = new FaultyDevice()) {
            List<Target> targets = List.of(device.target().withoutSelfTest(), sound);
            device.arm(Fault.at(kind, random.nextInt(200)));
            try (Fallback devices = new Fallback(targets, SoakTest::small, announcement -> {})) {
                Generator generator = new Generator(devices, tokenizer);
                GenerationResult result = generator.run(generator.prepare(texts.request(index), (id, piece) -> {}));
                assertArrayEquals(texts.answer(index), result.ids(), kind + " at text " + index);
            }
            device.requireNothingKept();
            faults += device.happened() ? 1 : 0;
        }
    }

    private static Decoder small(Target target) {
        return Decoder.load(MODEL, target, DecoderOptions.defaults().withBatch(1).withCacheTokens(128));
    }

    private void assertFlat() {
        if (minutes.size() <= SETTLED_MINUTES) {
            return;
        }
        Footprint settled = minutes.get(SETTLED_MINUTES - 1);
        Footprint last = minutes.getLast();
        String growth = settled + " in minute " + SETTLED_MINUTES + ", " + last + " at the end";
        assertTrue(last.residentKib() <= settled.residentKib() * GROWTH, growth);
        assertTrue(last.threads() <= settled.threads(), growth);
        assertTrue(last.files() <= settled.files(), growth);
    }
}
