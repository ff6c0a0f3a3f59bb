package org.tornadomla.tutorial;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.tornadomla.backend.Target;
import org.tornadomla.training.AdamW;
import org.tornadomla.training.CrossEntropyLoss;
import org.tornadomla.training.Places;
import org.tornadomla.training.Tensor;
import org.tornadomla.training.TrainingPlan;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Chapter 8. The whole model: two layers that read, two that write, and the loss of what they say. */
final class Transformer implements AutoCloseable {

    /** Letters of an ISO date. */
    static final int ANSWER = 10;

    private static final int WIDTH = 64;
    private static final int LAYERS = 2;
    private static final int SOURCE_ROWS = 32;
    private static final int TARGET_ROWS = 16;
    /** Factor of the loss that spreads letters over experts. */
    private static final double BALANCE = 0.01;

    private final int texts;
    private final Side source;
    private final Side target;
    private final IntArray sourceSees;
    private final IntArray targetSees;
    private final IntArray targetAsks;
    private final Tensor logits;
    private final CrossEntropyLoss loss;
    private final TrainingPlan plan;
    private final int cached;
    private final long weights;

    /**
     * Draws the model with random weights and makes its plan.
     *
     * @param texts texts of a batch
     */
    // page: model
    Transformer(Form form, long seed, int texts, Target device) {
        this.texts = texts;
        NetworkBuilder network = new NetworkBuilder(seed, WIDTH);
        Layers layers = form.layers(network);
        source = new Side(network, "source", texts, SOURCE_ROWS);
        target = new Side(network, "target", texts, TARGET_ROWS);
        sourceSees = Masks.spans(network, "source_sees", source);
        targetSees = Masks.spans(network, "target_sees", target);
        targetAsks = Masks.spans(network, "target_asks", target);
        Tensor encoded = source.embedded();
        for (int layer = 0; layer < LAYERS; layer++) {
            encoded = layers.encoder("encoder" + layer, encoded, source, sourceSees);
        }
        Tensor said = target.embedded();
        for (int layer = 0; layer < LAYERS; layer++) {
            said = layers.decoder("decoder" + layer, said, target, targetSees, encoded, source, targetAsks);
        }
        logits = network.linear("logits", said, Places.plain(Letters.count()));
        loss = network.tape().crossEntropy("loss", logits);
        cached = layers.attention().cached();
        plan = network.tape().plan(device, new AdamW(0.9, 0.98, 1e-9, 0.01, 1));
        // end
        weights = plan.parameters().values().stream().mapToLong(weight -> weight.size()).sum();
        source.begin(plan);
        target.begin(plan);
    }

    // page: step
    /** One step of training: what the answers should be, the loss, its gradients, and weights that follow them. */
    double train(List<Dates.Pair> batch, double rate) {
        ask(batch);
        for (int text = 0; text < texts; text++) {
            String iso = batch.get(text).iso();
            int[] given = new int[ANSWER];
            given[0] = Letters.START;
            for (int i = 0; i < ANSWER; i++) {
                loss.set(text * TARGET_ROWS + i, Letters.id(iso.charAt(i)), 1.0 / (texts * ANSWER));
                if (i > 0) {
                    given[i] = Letters.id(iso.charAt(i - 1));
                }
            }
            target.set(text, given);
        }
        updateMasks();
        plan.forward();
        plan.backward();
        plan.step(rate);
        return plan.loss(loss);
    }
    // end

    private void ask(List<Dates.Pair> batch) {
        for (int text = 0; text < texts; text++) {
            source.set(text, batch.get(text).spelling().chars().map(letter -> Letters.id((char) letter)).toArray());
        }
    }

    private void updateMasks() {
        Masks.all(sourceSees, source, source);
        Masks.past(targetSees, target);
        Masks.all(targetAsks, target, source);
        source.route(BALANCE, Form.EXPERTS, Form.TOP_K);
        target.route(BALANCE, Form.EXPERTS, Form.TOP_K);
    }

    // page: answer
    /** Answers letter by letter: each is the likeliest behind those before it. */
    String[] answer(List<Dates.Pair> batch) {
        ask(batch);
        int[][] said = new int[texts][ANSWER + 1];
        for (int i = 0; i < ANSWER; i++) {
            for (int text = 0; text < texts; text++) {
                said[text][0] = Letters.START;
                target.set(text, Arrays.copyOf(said[text], ANSWER));
            }
            updateMasks();
            plan.forward();
            float[] scores = plan.read(logits, 0, target.rows());
            for (int text = 0; text < texts; text++) {
                said[text][i + 1] = best(scores, text * TARGET_ROWS + i);
            }
        }
        String[] answers = new String[texts];
        for (int text = 0; text < texts; text++) {
            answers[text] = Arrays.stream(said[text], 1, ANSWER + 1).mapToObj(Letters::letter)
                    .collect(Collectors.joining());
        }
        return answers;
    }
    // end

    private static int best(float[] scores, int row) {
        int best = 0;
        for (int id = 1; id < Letters.count(); id++) {
            if (scores[row * Letters.count() + id] > scores[row * Letters.count() + best]) {
                best = id;
            }
        }
        return best;
    }

    /** Numbers that a cache keeps of a token in each layer. */
    int cached() {
        return cached;
    }

    /** Numbers that are trained. */
    long weights() {
        return weights;
    }

    @Override
    public void close() {
        plan.close();
    }
}
