package org.tornadomla.tutorial;

import java.util.ArrayList;
import java.util.List;
import org.tornadomla.config.RopeConfig;
import org.tornadomla.config.RopeLayout;
import org.tornadomla.training.Mixture;
import org.tornadomla.training.Places;
import org.tornadomla.training.RotaryTables;
import org.tornadomla.training.Tensor;
import org.tornadomla.training.TrainingPlan;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Chapter 1. One side of a translation: the letters of a batch of texts, each text in rows of its own. */
final class Side {

    private final NetworkBuilder network;
    private final String name;
    private final int texts;
    private final int length;
    private final IntArray ids;
    private final int[] lengths;
    private final Tensor positions;
    private final Tensor embedded;
    private final List<Mixture> mixtures = new ArrayList<>();

    /**
     * @param texts  texts of a batch
     * @param length rows of a text, a multiple of 16
     */
    Side(NetworkBuilder network, String name, int texts, int length) {
        this.network = network;
        this.name = name;
        this.texts = texts;
        this.length = length;
        this.lengths = new int[texts];
        this.ids = network.tape().integers(name + "_ids", texts * length);
        this.positions = network.tape().input(name + "_positions", texts * length, network.width(), false);
        this.embedded = embed();
    }

    // page: embedding
    private Tensor embed() {
        Tensor letters = network.tape().embedding(name + "_letters",
                network.matrix(name + "_table", Places.plain(Letters.count()), network.width()), ids, 1);
        return network.tape().add(name, letters, positions);
    }
    // end

    // page: positions
    /** Sines and cosines of wavelengths from 2 pi to 10,000 times 2 pi. */
    static float[] waves(int position, int width) {
        float[] waves = new float[width];
        for (int i = 0; i < width; i++) {
            double angle = position / Math.pow(10_000, (double) (i / 2 * 2) / width);
            waves[i] = (float) (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
        }
        return waves;
    }
    // end

    /** Gives the plan the positions, which stay as they are. */
    void begin(TrainingPlan plan) {
        for (int row = 0; row < rows(); row++) {
            plan.set(positions, row, waves(row % length, network.width().published()));
        }
    }

    /** Writes a text, its letters' numbers. */
    void set(int text, int[] letters) {
        for (int i = 0; i < length; i++) {
            ids.set(text * length + i, i < letters.length ? letters[i] : Letters.NONE);
        }
        lengths[text] = letters.length;
    }

    /** What turns rows by their positions, of latent attention. */
    RotaryTables turns(String attention, int dimension) {
        RotaryTables turns = network.tape().rotaryTables(attention, RopeConfig.plain(100, RopeLayout.NEIGHBOURS),
                dimension, length, rows());
        for (int row = 0; row < rows(); row++) {
            turns.positions().set(row, row % length);
        }
        return turns;
    }

    /** Remembers a mixture that the rows of this side go through. */
    void addMixture(Mixture mixture) {
        mixtures.add(mixture);
    }

    /** Says to mixtures which rows are letters; others take no expert. */
    void route(double balance, int experts, int topK) {
        int[] taken = new int[rows()];
        int letters = 0;
        for (int row = 0; row < taken.length; row++) {
            taken[row] = row % length < lengths[row / length] ? 1 : 0;
            letters += taken[row];
        }
        double factor = balance * experts / topK / letters / letters;
        for (Mixture mixture : mixtures) {
            mixture.setRows(taken);
            mixture.setFactor(0, factor);
        }
    }

    /** [rows, width], what letters and places are made of. */
    Tensor embedded() {
        return embedded;
    }

    int rows() {
        return texts * length;
    }

    /** Rows of a text. */
    int length() {
        return length;
    }

    /** Letters of a text. */
    int letters(int text) {
        return lengths[text];
    }

    int texts() {
        return texts;
    }
}
