package org.tornadomla.bundled.opencl;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.tornadomla.bundled.device.CodePlace;
import org.tornadomla.bundled.opencl.source.KernelSource;
import org.tornadomla.bundled.opencl.source.SourceStore;

/**
 * The OpenCL C of kernels on disk, so that a start need not translate them. The classes of the library, which hold
 * kernels and translator alike, are part of the key.
 */
final class SourceCache implements SourceStore {

    /** Raised when the form of the files changes. */
    private static final String FORM = "OpenCL C 2";
    private static final long MOST_KEPT = 64L << 20;

    private final KeptFiles files;

    private SourceCache(KeptFiles files) {
        this.files = files;
    }

    /**
     * The sources of a cache folder.
     *
     * @param directory where they are kept in a folder of their own; null keeps none
     */
    static SourceCache in(Path directory) {
        return new SourceCache(
                new KeptFiles(directory == null ? null : directory.resolve("sources"), ".source", MOST_KEPT));
    }

    private static String name(String key) {
        return CacheKey.of(FORM, Long.toHexString(CodePlace.library().content()), key);
    }

    @Override
    public KernelSource load(String key) {
        if (!files.isKept()) {
            return null;
        }
        byte[] content = files.load(name(key));
        try {
            return content == null ? null : read(new DataInputStream(new ByteArrayInputStream(content)));
        } catch (IOException tooShort) {
            return null;
        }
    }

    private static KernelSource read(DataInputStream input) throws IOException {
        String name = input.readUTF();
        List<String> functions = new ArrayList<>();
        for (int left = input.readInt(); left > 0; left--) {
            functions.add(input.readUTF());
        }
        int count = input.readInt();
        List<Integer> parameters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parameters.add(input.readInt());
        }
        int depth = input.readInt();
        long localBytes = input.readLong();
        return new KernelSource(name, new String(input.readAllBytes(), StandardCharsets.UTF_8), List.copyOf(functions),
                List.copyOf(parameters), depth, localBytes);
    }

    @Override
    public void store(String key, KernelSource source) {
        if (!files.isKept()) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream output = new DataOutputStream(bytes)) {
            output.writeUTF(source.name());
            output.writeInt(source.functions().size());
            for (String function : source.functions()) {
                output.writeUTF(function);
            }
            output.writeInt(source.parameters().size());
            for (int position : source.parameters()) {
                output.writeInt(position);
            }
            output.writeInt(source.parallelDepth());
            output.writeLong(source.localBytes());
            output.write(source.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new IllegalStateException("memory takes all that is written", impossible);
        }
        files.store(name(key), bytes.toByteArray());
    }
}
