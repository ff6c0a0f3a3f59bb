package org.tornadomla.training;

/**
 * Numbers of a weight of a tape that are numbers of a published tensor: in both they follow each other.
 *
 * @param parameter the weight
 * @param from      its first number that is meant
 * @param at        where that stands in the tensor
 * @param count     how many numbers
 */
record TensorPart(Parameter parameter, int from, int at, int count) {

    /** Copies the numbers out of the tensor. */
    void toParameter(float[] tensor, float[] numbers) {
        System.arraycopy(tensor, at, numbers, from, count);
    }

    /** Copies the numbers into the tensor. */
    void toTensor(float[] numbers, float[] tensor) {
        System.arraycopy(numbers, from, tensor, at, count);
    }
}
