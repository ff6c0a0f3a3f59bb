package org.tornadomla.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * A session with executors in JVMs of their own on this machine. They take Spark's jars from SPARK_HOME, and classes
 * that are in folders from the class path that the session names.
 */
final class Cluster {

    private Cluster() {
    }

    /** Links to all jars that this JVM has; the pom sets SPARK_HOME to the folder. */
    private static void linkJars() throws IOException {
        Path jars = Path.of(System.getProperty("mla.spark.home")).resolve("jars");
        Files.createDirectories(jars);
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(part);
            Path link = jars.resolve(jar.getFileName());
            if (part.endsWith(".jar") && !Files.exists(link)) {
                Files.createSymbolicLink(link, jar.toAbsolutePath());
            }
        }
    }

    private static String folders() {
        List<String> folders = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(part))) {
                folders.add(Path.of(part).toAbsolutePath().toString());
            }
        }
        return String.join(File.pathSeparator, folders);
    }

    /** Two executors, one core each. */
    static SparkSession start(Path folder, int executors) throws IOException {
        linkJars();
        return SparkSession.builder().master("local-cluster[" + executors + ",1,1024]").appName("cluster")
                .config(LocalSpark.conf(folder).set("spark.executor.extraClassPath", folders())
                        .set("spark.executor.memory", "1024m"))
                .getOrCreate();
    }

    /** The processes of the executors that run. */
    static List<ProcessHandle> executors() {
        return ProcessHandle.current().descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
                .filter(ProcessHandle::isAlive).toList();
    }
}
