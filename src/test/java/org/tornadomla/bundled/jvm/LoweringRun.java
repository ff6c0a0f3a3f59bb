package org.tornadomla.bundled.jvm;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tornadomla.kernels.MatMul;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** A program that compiles every kernel of the library and prints, a line each, its name and how it was compiled. */
final class LoweringRun {

    private LoweringRun() {
    }

    public static void main(String[] arguments) throws Exception {
        for (String folder : List.of("kernels", "kernels.training")) {
            for (Method kernel : kernels("org.tornadomla." + folder)) {
                System.out.println(kernel.getDeclaringClass().getSimpleName() + "." + kernel.getName() + ": "
                        + KernelClass.of(kernel, List.of()).note());
            }
        }
    }

    private static List<Method> kernels(String packageName) throws Exception {
        Path classes = Path.of(MatMul.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(packageName.replace('.', '/'));
        List<String> names;
        try (Stream<Path> files = Files.list(classes)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class")).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Stream.Builder<Method> found = Stream.builder();
        for (String name : names) {
            Class<?> type = Class.forName(packageName + "." + name.substring(0, name.length() - ".class".length()));
            Arrays.stream(type.getDeclaredMethods()).filter(LoweringRun::isKernel).forEach(found);
        }
        return found.build().toList();
    }

    /** What takes a vector itself is a helper: kernels take arrays of them. */
    private static boolean isKernel(Method method) {
        return Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers())
                && method.getReturnType() == void.class && !List.of(method.getParameterTypes()).contains(Float16.class);
    }
}
