package org.tornadomla.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.DecoderOptions;
import org.tornadomla.decoder.Scheduler;
import org.tornadomla.decoder.SchedulerOptions;
import org.tornadomla.server.ModelService;
import org.tornadomla.server.ServerConfig;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Many clients at a server, some of which go away, read slowly, send nonsense or are killed: every text is the one that
 * it is alone, and nothing is kept. A build does it for some seconds;
 * {@code ./mla test -Dtest=LoadTest -Dmla.load.minutes=10} is the real thing. It prints a line a minute.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what a process holds is read from /proc")
class LoadTest {

    private static final Path MODEL = Path.of("models", "tiny-kjv");
    private static final double MINUTES = Double.parseDouble(System.getProperty("mla.load.minutes", "0.05"));
    private static final int CLIENTS = Integer.getInteger("mla.load.clients", MINUTES < 1 ? 8 : 64);
    private static final long SEED = Long.getLong("mla.load.seed", 1);
    private static final int BATCH = 16;
    private static final List<
            String> KINDS = List.of("whole", "streamed", "left", "read slowly", "malformed", "killed");
    /** Fewer than there are clients, so that some are told to come again. */
    private static final int QUEUE = 24;
    /** In these minutes all code is compiled and all buffers are there. */
    private static final int SETTLED_MINUTES = 4;
    /** How much more later minutes may need than earlier ones. */
    private static final double GROWTH = 1.1;

    private final LoadClient.Load load = new LoadClient.Load();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Footprint> minutes = new ArrayList<>();
    private volatile boolean stopped;

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void everyTextIsRightAndNothingIsKept() throws Exception {
        Target target = Targets.automatic().withoutSelfTest();
        // Room for the prompts that may run and not for their answers, so that some are put back.
        DecoderOptions options = DecoderOptions.defaults().withBatch(BATCH).withCacheTokens(320).withPageTokens(8);
        try (TextTokenizer tokenizer = TextTokenizer.load(MODEL);
                Decoder decoder = Decoder.load(MODEL, target, options)) {
            SoakTexts texts;
            try (Decoder alone = Decoder.load(MODEL, target, options.withBatch(1))) {
                texts = new SoakTexts(alone, tokenizer, MINUTES < 1 ? 12 : 48, new SplittableRandom(SEED));
            }
            Scheduler scheduler = new Scheduler(decoder, tokenizer,
                    SchedulerOptions.defaults().withWaiting(QUEUE).withKeptTexts(true));
            scheduler.start();
            serve(texts, decoder, tokenizer, scheduler);
            scheduler.drain();
            System.out.println("load of seed " + SEED + ": " + load.did() + "; whole answers " + load.whole()
                    + "; first tokens " + load.first() + "; " + scheduler.preemptions() + " put back, "
                    + scheduler.prefixes() + "; " + Footprint.now());
            assertEquals(scheduler.prefixes().keptPages(), decoder.statistics().usedPages(), "pages of nobody");
            scheduler.close();
            assertEquals(0, decoder.statistics().sequences());
            assertEquals(0, decoder.statistics().usedPages());
        }
        failures.forEach(Throwable::printStackTrace);
        assertEquals(List.of(), List.copyOf(failures));
        for (String what : KINDS) {
            assertTrue(load.counted(what) > 0, "nobody did: " + what);
        }
        assertFlat();
    }

    private void serve(SoakTexts texts, Decoder decoder, TextTokenizer tokenizer, Scheduler scheduler)
            throws InterruptedException {
        ServerConfig config = new ServerConfig(new InetSocketAddress("127.0.0.1", 0), Optional.empty(), 1 << 20,
                Duration.ofSeconds(5));
        ModelService service = new ModelService(config, new ModelService.Texts("kjv", MODEL, 256, false), decoder,
                tokenizer, scheduler);
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                LoadClient client = new LoadClient(service.port(), http, texts, new SplittableRandom(SEED + 1 + i),
                        load);
                clients.add(Thread.ofVirtual().start(() -> work(client)));
            }
            watch();
            stopped = true;
            for (Thread client : clients) {
                assertTrue(client.join(Duration.ofMinutes(3)), "a client hangs");
            }
        } finally {
            service.stop();
        }
    }

    private void work(LoadClient client) {
        try {
            while (!stopped) {
                client.step();
            }
        } catch (Throwable e) {
            failures.add(e);
            stopped = true;
        }
    }

    /** However slow a machine is, something of each kind is done before the end. */
    private boolean hasDoneAll() {
        return KINDS.stream().allMatch(what -> load.counted(what) > 0);
    }

    private void watch() throws InterruptedException {
        long start = System.nanoTime();
        while (!stopped && (!hasDoneAll() || System.nanoTime() - start < MINUTES * TimeUnit.MINUTES.toNanos(1))) {
            Thread.sleep(100);
            if (System.nanoTime() - start > (minutes.size() + 1) * TimeUnit.MINUTES.toNanos(1)) {
                minutes.add(Footprint.now());
                System.out.println("minute " + minutes.size() + ": " + load.did() + "; whole answers " + load.whole()
                        + "; " + minutes.getLast());
            }
        }
    }

    /**
     * What later minutes needed at most is what earlier ones did. The collector gives memory back and takes it again,
     * so that two single minutes say nothing of it.
     */
    private void assertFlat() {
        int half = minutes.size() / 2;
        if (half < SETTLED_MINUTES) {
            return;
        }
        assertFlat("KiB resident", half, Footprint::residentKib);
        assertFlat("KiB of objects", half, Footprint::heapKib);
        assertFlat("open files", half, Footprint::files);
    }

    private void assertFlat(String what, int half, ToLongFunction<Footprint> value) {
        long earlier = minutes.subList(0, half).stream().mapToLong(value).max().orElseThrow();
        long later = minutes.subList(half, minutes.size()).stream().mapToLong(value).max().orElseThrow();
        assertTrue(later <= earlier * GROWTH, what + ": " + earlier + " at most, and then " + later);
    }
}
