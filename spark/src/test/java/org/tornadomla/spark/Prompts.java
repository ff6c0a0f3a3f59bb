package org.tornadomla.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows for tests: beginnings of verses, no two alike, with options of their own. */
final class Prompts {

    static final StructType SCHEMA = new StructType().add("id", DataTypes.LongType).add("prompt", DataTypes.StringType)
            .add("max_tokens", DataTypes.IntegerType).add("temperature", DataTypes.DoubleType);

    private static final List<String> WHO = List.of("Moses", "David", "the king", "Abraham", "Solomon", "the prophet",
            "Paul", "the people", "Aaron", "the LORD");
    private static final List<String> DID = List.of("said unto", "went up with", "sent for", "stood before", "answered",
            "blessed", "gathered", "saw", "spake unto", "came to");
    private static final List<String> WHOM = List.of("his servants", "the children of Israel", "the priests",
            "all the elders", "his father", "the captains", "them that", "the house of Judah", "the woman",
            "the men of", "the congregation", "the Levites", "a stranger", "his sons", "the city", "the nations",
            "the wise men", "the multitude", "the disciples", "the hosts");

    private Prompts() {
    }

    /** As many as are asked for, up to 2,000; every other one is sampled. */
    static List<Row> rows(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = "And " + WHO.get(i % 10) + " " + DID.get(i / 10 % 10) + " " + WHOM.get(i / 100 % 20);
            rows.add(RowFactory.create((long) i, text, 3 + i % 5, i % 2 == 0 ? 0.0 : 0.7));
        }
        return rows;
    }

    static Dataset<Row> dataset(SparkSession spark, int count) {
        return spark.createDataFrame(rows(count), SCHEMA);
    }
}
