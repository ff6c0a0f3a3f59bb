package org.tornadomla.gguf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadomla.error.CheckpointException;

/**
 * A model in one GGUF file or in several named {@code NAME-00001-of-00003.gguf}: the first has the metadata, each has
 * some of the tensors. Any of them may be given.
 *
 * @param files    opened, the first one first
 * @param metadata of the first file
 * @param tensors  of all files by name
 */
record GgufParts(List<GgufFile> files, GgufMetadata metadata,
        Map<String, GgufTensor> tensors) implements AutoCloseable {

    private static final Pattern NUMBERED = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
    private static final String COUNT = "split.count";
    private static final String NUMBER = "split.no";
    private static final String TENSORS = "split.tensors.count";

    static GgufParts open(Path path) {
        List<GgufFile> files = new ArrayList<>();
        try {
            for (Path file : names(path)) {
                files.add(GgufFile.open(file));
            }
            for (int number = 0; number < files.size(); number++) {
                checkPart(files.get(number), number, files.size());
            }
            Map<String, GgufTensor> tensors = tensors(files);
            checkTensors(files.getFirst(), tensors.size());
            return new GgufParts(List.copyOf(files), files.getFirst().metadata(), tensors);
        } catch (RuntimeException e) {
            files.forEach(GgufFile::close);
            throw e;
        }
    }

    /** All files of the model that a path belongs to. */
    private static List<Path> names(Path path) {
        Matcher name = NUMBERED.matcher(path.getFileName().toString());
        if (!name.matches()) {
            return List.of(path);
        }
        int count = Integer.parseInt(name.group(3));
        List<Path> names = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            Path part = path
                    .resolveSibling(String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", name.group(1), number, count));
            if (!Files.isRegularFile(part)) {
                throw new CheckpointException(path + " is one of " + count + " files of a model, " + part.getFileName()
                        + " is not beside it");
            }
            names.add(part);
        }
        if (names.isEmpty()) {
            throw new CheckpointException(path + " says that the model has 0 files, must be at least 1");
        }
        return names;
    }

    private static void checkPart(GgufFile file, int number, int count) {
        OptionalInt declared = file.metadata().optionalInteger(COUNT);
        int saidCount = Math.max(declared.orElse(1), 1);
        if (saidCount != count) {
            throw file.metadata().bad(COUNT + " is " + saidCount + ", but its name makes it one of " + count
                    + "; files of a split model must keep the names NAME-00001-of-0000N.gguf");
        }
        int saidNumber = file.metadata().optionalInteger(NUMBER).orElse(0);
        if (saidNumber != number) {
            throw file.metadata().bad(NUMBER + " is " + saidNumber + ", its name says " + number);
        }
    }

    private static Map<String, GgufTensor> tensors(List<GgufFile> files) {
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (GgufFile file : files) {
            for (GgufTensor tensor : file.tensors().values()) {
                GgufTensor other = tensors.put(tensor.name(), tensor);
                if (other != null) {
                    throw file.metadata().bad("tensor " + tensor.name() + " is in " + other.file().path() + " too");
                }
            }
        }
        return tensors;
    }

    private static void checkTensors(GgufFile first, int found) {
        OptionalInt declared = first.metadata().optionalInteger(TENSORS);
        if (declared.isPresent() && declared.getAsInt() != found) {
            throw first.metadata()
                    .bad(TENSORS + " is " + declared.getAsInt() + ", the files hold " + found + " tensors");
        }
    }

    @Override
    public void close() {
        files.forEach(GgufFile::close);
    }
}
