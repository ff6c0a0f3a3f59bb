package org.tornadomla.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;

import org.tornadomla.backend.Target;
import org.tornadomla.backend.UserCache;
import org.tornadomla.weights.NumberFormats;

/**
 * The remembered verdict of one device: a file with what the verdict depends on, and the verdict. A missing, foreign or
 * damaged file, or a folder that cannot be written, costs another run of the self-test and is no error.
 */
final class VerdictStore {

    private static final String HEADER = "tornado-mla self-test 3";

    private final Path file;
    private final String fingerprint;

    VerdictStore(Path file, String fingerprint) {
        this.file = file;
        this.fingerprint = fingerprint;
    }

    /** The store of a device for number formats; it keeps one file, whatever changes. */
    static VerdictStore of(Target target, NumberFormats suite, String fingerprint) {
        String name = target.engine() + "-" + target.backend() + "-" + target.index() + "-" + suite + "-"
                + HexFormat.of().toHexDigits(target.name().hashCode()) + ".txt";
        return new VerdictStore(UserCache.folder().resolve("selftest").resolve(name), fingerprint);
    }

    /** The remembered pass, or null. */
    Verdict load() {
        try {
            List<String> lines = Files.readAllLines(file);
            boolean valid = lines.size() == 3 && lines.get(0).equals(HEADER) && lines.get(1).equals(fingerprint);
            return valid ? new Verdict(true, lines.get(2)) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** Remembers a pass: written beside its place and renamed, so that no reader sees a part of it. */
    void save(Verdict verdict) {
        try {
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), "verdict", ".part");
            try {
                Files.write(part, List.of(HEADER, fingerprint, verdict.finding()));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException unwritable) {
            // The next process runs the self-test again.
        }
    }
}
