package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library that lets PoCL take SPIR-V: a module computes, and a text that is none is refused. */
class SpirvOnPoclTest {

    private static final Path SOURCES = Path.of("src", "test", "native", "spirv-on-pocl").toAbsolutePath();
    private static final String KERNEL = """
            kernel void thrice(global int *x) {
              int i = get_global_id(0);
              x[i] = 3 * i + 1;
            }
            """;

    @TempDir
    private Path folder;

    /** What a command wrote, its status in front. */
    private String said(boolean preload, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        if (preload) {
            builder.environment().put("LD_PRELOAD", folder.resolve("libspirv-on-pocl.so").toString());
            builder.environment().put("SPIRV_ON_POCL", folder.toString());
        }
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return process.waitFor() + " " + Files.readString(log).strip();
    }

    private void required(String... command) throws IOException, InterruptedException {
        String said = said(false, command);
        if (!said.startsWith("0 ") && !Boolean.getBoolean(CudaOnHost.REQUIRED)) {
            abort("skipped: " + String.join(" ", command) + ": " + said);
        }
        assertTrue(said.startsWith("0 "), said);
    }

    @Test
    void aModuleComputesAndATextThatIsNoneIsRefused() throws IOException, InterruptedException {
        if (!Files.exists(Path.of("/usr/bin/clang-15")) && !Boolean.getBoolean(CudaOnHost.REQUIRED)) {
            abort("skipped: clang-15 is missing; install clang-15");
        }
        required(SOURCES.resolve("build").toString(), folder.toString());
        required("gcc", SOURCES.resolve("check.c").toString(), "-o", "check", "-l:libOpenCL.so.1");
        Files.writeString(folder.resolve("thrice.cl"), KERNEL);
        required("clang-15", "-x", "cl", "-cl-std=CL1.2", "-Xclang", "-finclude-default-header", "-target", "spir64",
                "-emit-llvm", "-c", "thrice.cl", "-o", "thrice.bc");
        required("llvm-spirv-15", "--spirv-max-version=1.2", "thrice.bc", "-o", "thrice.spv");

        String without = said(false, "./check", "thrice.spv");
        assertTrue(without.startsWith("1 "), () -> "a driver that takes SPIR-V by itself: " + without);
        String[] with = said(true, "./check", "thrice.spv").split("\n");
        assertEquals("right", with[with.length - 1].replaceFirst("^0 ", ""), () -> String.join("\n", List.of(with)));
        assertTrue(with[0].contains(".spv is refused, see "), with[0]);
    }
}
