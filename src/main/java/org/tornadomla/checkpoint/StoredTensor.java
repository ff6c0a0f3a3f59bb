package org.tornadomla.checkpoint;

/**
 * A tensor and the file that holds it.
 *
 * @param file holds the tensor
 * @param info describes it
 */
record StoredTensor(SafetensorsFile file, TensorInfo info) {
}
