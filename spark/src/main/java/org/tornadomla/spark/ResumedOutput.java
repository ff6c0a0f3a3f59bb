package org.tornadomla.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.error.ConfigurationException;

/**
 * A folder of parquet files to which each partition of a job is written when it is finished, so that a job that was
 * killed goes on where it was: rows whose keys are in the folder are not computed again.
 *
 * <p>Rows go to partitions by a hash of their keys, and a partition is one file, which a task that ends renames into
 * the folder (Hadoop's committer, algorithm 2). So rows of one key are finished together, also where a key occurs
 * twice. The file system must rename atomically, as local ones and HDFS do.
 *
 * @param path  the folder
 * @param keys  columns of the input that tell rows apart, which the results keep
 * @param parts partitions: what a restart may compute again is at most one for each task that ran
 * @param job   what the job is, in words: a folder of another job is refused
 */
@PublicApi
public record ResumedOutput(String path, List<String> keys, int parts, String job) implements Serializable {

    private static final String JOB_FILE = "_tornado_mla_job";

    /**
     * Checks the values.
     *
     * @throws ConfigurationException when there is no key or no partition
     */
    public ResumedOutput {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new ConfigurationException("there are no keys, which tell finished rows from others; name a column");
        }
        if (parts < 1) {
            throw new ConfigurationException("parts is " + parts + ", must be at least 1");
        }
    }

    /**
     * Computes the rows that the folder does not have, and waits until all are there.
     *
     * @param rows the input, all of it
     * @param work what is done with them, such as {@code part -> model.generate(part, options)}
     * @return how many rows the folder had before
     * @throws ConfigurationException when the folder is another job's
     */
    public long write(Dataset<Row> rows, UnaryOperator<Dataset<Row>> work) {
        long before = 0;
        Dataset<Row> missing = rows;
        try {
            FileSystem files = new Path(path).getFileSystem(rows.sparkSession().sparkContext().hadoopConfiguration());
            claim(files);
            if (hasParts(files)) {
                Dataset<Row> finished = rows.sparkSession().read().parquet(path);
                before = finished.count();
                missing = without(rows, finished);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + path, e);
        }
        Column[] columns = keys.stream().map(functions::col).toArray(Column[]::new);
        work.apply(missing.repartition(parts, columns)).write().mode(SaveMode.Append)
                .option("mapreduce.fileoutputcommitter.algorithm.version", "2").parquet(path);
        return before;
    }

    /** The rows whose keys are not among the finished ones; two that are null are the same key. */
    private Dataset<Row> without(Dataset<Row> rows, Dataset<Row> finished) {
        Column[] renamed = new Column[keys.size()];
        Column same = functions.lit(true);
        for (int i = 0; i < renamed.length; i++) {
            renamed[i] = functions.col(keys.get(i)).as("finished_" + i);
            same = same.and(functions.col(keys.get(i)).eqNullSafe(functions.col("finished_" + i)));
        }
        return rows.join(finished.select(renamed), same, "left_anti");
    }

    /** Writes down whose folder it is, or looks. */
    private void claim(FileSystem files) throws IOException {
        Path file = new Path(path, JOB_FILE);
        if (files.exists(file)) {
            try (InputStream in = files.open(file)) {
                String owner = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (!owner.equals(job)) {
                    throw new ConfigurationException(path + " has results of another job (" + owner + "), this one is "
                            + job + "; give another folder, or remove that one");
                }
            }
            return;
        }
        if (hasParts(files)) {
            throw new ConfigurationException(
                    path + " has parquet files and does not say of which job; give another folder");
        }
        try (OutputStream out = files.create(file)) {
            out.write(job.getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean hasParts(FileSystem files) throws IOException {
        Path folder = new Path(path);
        if (!files.exists(folder)) {
            return false;
        }
        for (FileStatus file : files.listStatus(folder)) {
            if (file.getPath().getName().endsWith(".parquet")) {
                return true;
            }
        }
        return false;
    }
}
