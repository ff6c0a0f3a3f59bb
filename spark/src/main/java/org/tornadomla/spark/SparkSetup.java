package org.tornadomla.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.backend.JvmCheck;

/**
 * What a Spark job that computes with models sets. Spark itself gives its JVMs what it needs on JDK 25; this adds what
 * the library needs.
 */
@PublicApi
public final class SparkSetup {

    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
    private static final String EXCLUDE = "spark.excludeOnFailure.enabled";

    private SparkSetup() {
    }

    /**
     * Sets what is not set yet: the executors' JVM options, behind those that are there, and that a task whose executor
     * failed is tried on another one, since a device that failed once may fail again.
     *
     * @param conf before the session is built; changed
     * @return the same
     */
    public static SparkConf configure(SparkConf conf) {
        List<String> options = new ArrayList<>(Arrays.asList(conf.get(EXECUTOR_OPTIONS, "").trim().split("\\s+")));
        options.removeIf(String::isEmpty);
        JvmCheck.options().stream().filter(option -> !options.contains(option)).forEach(options::add);
        conf.set(EXECUTOR_OPTIONS, String.join(" ", options));
        conf.setIfMissing(EXCLUDE, "true");
        return conf;
    }

    /**
     * What a JVM is started with that is Spark's driver and computes itself ({@code local[*]}), beside what Spark's own
     * {@code org.apache.spark.launcher.JavaModuleOptions} gives: for {@code --driver-java-options}.
     */
    public static String driverOptions() {
        return String.join(" ", JvmCheck.options());
    }
}
