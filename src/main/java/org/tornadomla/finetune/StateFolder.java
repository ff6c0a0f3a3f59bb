package org.tornadomla.finetune;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tornadomla.checkpoint.NumbersFile;
import org.tornadomla.checkpoint.SafetensorsFile;
import org.tornadomla.error.CheckpointException;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.files.WholeFile;
import org.tornadomla.training.PlanState;

/**
 * A folder that keeps how far a training is, in one file, which is replaced when the next one is whole: whatever ends
 * the process, a state is there. Whoever trains holds a lock on the folder.
 */
public final class StateFolder implements AutoCloseable {

    private static final String STATE = "state.safetensors";
    private static final String LOCK = "training.lock";
    private static final String STEPS = "steps taken";
    private static final String LOSSES = "losses";
    private static final String HELD_OUT = "held-out losses";

    private final Path folder;
    private final FileChannel lock;

    /**
     * How far a training is.
     *
     * @param plan   weights and what the optimiser keeps of them
     * @param course its losses
     */
    record Saved(PlanState plan, Course course) {
    }

    private StateFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Takes a folder, which need not exist.
     *
     * @throws ConfigurationException when another run trains there
     * @throws CheckpointException    when it cannot be made
     */
    public static StateFolder open(Path folder) {
        return open(folder, FileChannel::tryLock);
    }

    /** How a lock is asked for; null where another process has it. */
    interface Locking {
        @Nullable
        FileLock tryLock(FileChannel file) throws IOException;
    }

    static StateFolder open(Path folder, Locking locking) {
        try {
            Files.createDirectories(folder);
            FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            try {
                take(lock, folder, locking);
                WholeFile.removeLeftovers(folder.resolve(STATE));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
            return new StateFolder(folder, lock);
        } catch (IOException e) {
            throw new CheckpointException("cannot keep the state of the training in " + folder + ": " + e.getMessage(),
                    e);
        }
    }

    private static void take(FileChannel lock, Path folder, Locking locking) throws IOException {
        boolean taken;
        try {
            taken = locking.tryLock(lock) != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            taken = false;
        }
        if (!taken) {
            throw new ConfigurationException(
                    "another run trains with the state in " + folder + "; wait for its end, or give another --out");
        }
    }

    /** Whether a state is there. */
    public boolean hasState() {
        return Files.isRegularFile(folder.resolve(STATE));
    }

    /**
     * Reads the state.
     *
     * @param expected what the training is of, by names
     * @return empty where there is none
     * @throws ConfigurationException naming what differs, when it is the state of another training
     * @throws CheckpointException    when it cannot be read
     */
    Optional<Saved> read(Map<String, String> expected) {
        if (!hasState()) {
            return Optional.empty();
        }
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(STATE))) {
            Map<String, String> texts = file.metadata();
            expected.forEach((name, value) -> {
                String known = texts.get(name);
                if (!value.equals(known)) {
                    throw new ConfigurationException("the state in " + folder + " is of another training: its " + name
                            + " is " + known + ", now it is " + value + "; give the same again to go on, or remove the"
                            + " folder to begin anew");
                }
            });
            Map<String, float[]> numbers = new LinkedHashMap<>();
            for (String name : file.names()) {
                numbers.put(name, file.read(name).values());
            }
            return Optional.of(new Saved(new PlanState(Integer.parseInt(text(texts, STEPS)), numbers),
                    Course.read(text(texts, LOSSES), text(texts, HELD_OUT))));
        } catch (NumberFormatException damaged) {
            throw new CheckpointException(noState(), damaged);
        }
    }

    private String text(Map<String, String> texts, String name) {
        String text = texts.get(name);
        if (text == null) {
            throw new CheckpointException(noState());
        }
        return text;
    }

    private String noState() {
        return folder.resolve(STATE) + " holds no state of a training; remove the folder to begin anew";
    }

    /** Writes the state. */
    void write(Map<String, String> of, Saved saved) {
        Map<String, String> texts = new LinkedHashMap<>(of);
        String[] course = saved.course.texts();
        texts.put(STEPS, Integer.toString(saved.plan.steps()));
        texts.put(LOSSES, course[0]);
        texts.put(HELD_OUT, course[1]);
        NumbersFile.write(folder.resolve(STATE), texts, saved.plan.numbers());
    }

    /** Takes the folder away, when the training is finished. */
    public void remove() {
        try {
            Files.deleteIfExists(folder.resolve(STATE));
            Files.deleteIfExists(folder.resolve(LOCK));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new CheckpointException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Lets others train with the state; nothing stays where there is none. */
    @Override
    public void close() {
        try {
            if (!hasState()) {
                remove();
            }
            lock.close();
        } catch (IOException e) {
            throw new CheckpointException("cannot close " + folder.resolve(LOCK) + ": " + e.getMessage(), e);
        }
    }
}
