package org.tornadomla.spark;

import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Sessions for tests. */
final class LocalSpark {

    private LocalSpark() {
    }

    /** What all sessions of tests have: no pages for people, and few partitions. */
    static SparkConf conf(Path folder) {
        return SparkSetup.configure(new SparkConf()).set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "2").set("spark.sql.codegen.wholeStage", "false")
                .set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.local.dir", folder.toString())
                .set("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
    }

    /** This JVM alone, two tasks at once. */
    static SparkSession alone(Path folder) {
        return SparkSession.builder().master("local[2]").appName("test").config(conf(folder)).getOrCreate();
    }
}
