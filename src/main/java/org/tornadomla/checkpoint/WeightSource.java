package org.tornadomla.checkpoint;

import java.util.List;
import org.tornadomla.config.ModelConfig;
import org.tornadomla.tensor.NamedWeights;

/**
 * Where the weights of a model come from, by their names in {@link WeightNames}, whatever the files are and however
 * they store them. Matrices read from mapped files, so the source must stay open as long as they are used.
 */
public interface WeightSource extends NamedWeights, AutoCloseable {

    /**
     * Holds the files against a configuration: every weight of the model must be there in its shape, and nothing else
     * may be but what is known to be of no use.
     *
     * @param model the model
     * @return names of the tensors that are skipped, to be reported
     * @throws org.tornadomla.error.CheckpointException naming everything that does not fit
     */
    List<String> validate(ModelConfig model);

    /**
     * The number format in which a weight is stored, for example {@code BF16} or {@code Q4_K}; several, separated by
     * commas, where it is put together from tensors that differ.
     *
     * @param name the weight's name
     * @throws org.tornadomla.error.CheckpointException when there is no such weight
     */
    String storedAs(String name);

    /**
     * Bytes that a weight takes in the files, scales included.
     *
     * @param name the weight's name
     * @throws org.tornadomla.error.CheckpointException when there is no such weight
     */
    long storedBytes(String name);

    @Override
    void close();
}
