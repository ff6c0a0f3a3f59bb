package org.tornadomla.bundled.opencl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.tornadomla.bundled.device.DeviceDescription;

import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * Instructions that the host's processor has and its OpenCL driver may not know of: PoCL in Debian compiles for one of
 * a few older processors, so that AVX-512 comes without the products of bytes that followed it.
 */
final class HostProcessor {

    private static final String POCL = "Portable Computing Language";
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private HostProcessor() {
    }

    /** Options that tell kernels of it, with a blank before each; empty on any device but the host's processor. */
    static String buildOptions(DeviceDescription device) {
        return buildOptions(device, System.getProperty("os.arch"), PROCESSORS);
    }

    /** The same for a machine of an architecture, whose kernel lists the processors' instructions in a file. */
    static String buildOptions(DeviceDescription device, String architecture, Path processors) {
        boolean host = device.type() == TornadoDeviceType.CPU && device.platform().startsWith(POCL)
                && architecture.equals("amd64");
        return host && has(processors, "avx512_vnni") ? " -DMLA_VNNI=1" : "";
    }

    private static boolean has(Path processors, String flag) {
        try (Stream<String> lines = Files.lines(processors)) {
            return lines.filter(line -> line.startsWith("flags")).findFirst()
                    .filter(line -> Stream.of(line.split("\\s+")).anyMatch(flag::equals)).isPresent();
        } catch (IOException | UncheckedIOException unknown) {
            return false;
        }
    }
}
