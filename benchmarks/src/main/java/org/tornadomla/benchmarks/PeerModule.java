package org.tornadomla.benchmarks;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript function that PyTorch runs as it is written in a resource of this package. DJL's own operations lack
 * {@code scaled_dot_product_attention}, and would pay a call from Java for every operation.
 */
final class PeerModule implements AutoCloseable {

    /**
     * A pickled object of class {@code __torch__.Peer} without attributes: protocol 2, class, empty tuple, new, empty
     * dict, build.
     */
    private static final byte[] OBJECT = "\u0002c__torch__\nPeer\n)\u0081}b.".getBytes(StandardCharsets.ISO_8859_1);
    /** A pickled empty tuple. */
    private static final byte[] NO_CONSTANTS = "\u0002).".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte PROTOCOL = (byte) 0x80;

    private final Model model;
    private final ParameterStore parameters;

    /**
     * Loads a function.
     *
     * @param name the resource {@code peer/NAME.py}
     */
    PeerModule(String name) {
        this.model = Model.newInstance("peer", "PyTorch");
        try {
            Path folder = Files.createTempDirectory("peer");
            Path archive = folder.resolve("peer.pt");
            write(archive, source(name));
            model.load(folder, "peer");
            Files.delete(archive);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("PyTorch's function " + name + " cannot be loaded", e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException("PyTorch refuses function " + name, e);
        }
        this.parameters = new ParameterStore(model.getNDManager(), false);
    }

    /** Starts PyTorch with a number of threads, which it takes once. It looks for nothing outside this machine. */
    static void start(int threads) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }

    /** PyTorch's version. */
    static String version() {
        return "PyTorch " + Engine.getEngine("PyTorch").getVersion();
    }

    private static byte[] source(String name) throws IOException {
        try (InputStream in = PeerModule.class.getResourceAsStream("peer/" + name + ".py")) {
            return in.readAllBytes();
        }
    }

    /** A TorchScript archive is a zip file without compression. */
    private static void write(Path archive, byte[] source) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive); ZipOutputStream zip = new ZipOutputStream(file)) {
            put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            put(zip, "data.pkl", pickle(OBJECT));
            put(zip, "code/__torch__.py", source);
            put(zip, "constants.pkl", pickle(NO_CONSTANTS));
        }
    }

    private static byte[] pickle(byte[] rest) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(PROTOCOL);
        bytes.writeBytes(rest);
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry("peer/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** A tensor of these numbers that lives as long as the module. */
    NDArray tensor(float[] values, long... shape) {
        return model.getNDManager().create(values, new Shape(shape));
    }

    /** An empty tensor, for a weight that a layer does not have. */
    NDArray none() {
        NDManager manager = model.getNDManager();
        return manager.create(new Shape(0));
    }

    /** Calls the function; the caller closes the result. */
    NDList call(NDList arguments) {
        return model.getBlock().forward(parameters, arguments, false);
    }

    @Override
    public void close() {
        model.close();
    }
}
