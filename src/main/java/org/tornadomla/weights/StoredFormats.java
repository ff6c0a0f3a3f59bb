package org.tornadomla.weights;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.tornadomla.blocks.BlockFormats;

/**
 * Each matrix in the format in which it is stored, so that no number is rounded. Where no format of the device's keeps
 * what is stored, or matrices that are held together are stored in several formats, 32-bit numbers do.
 *
 * @param usable   which formats the device computes with at full speed
 * @param storedAs the stored format of a weight
 * @param stored   all stored formats of matrices
 * @param prefix   what stands before each name
 * @param isApart  whether weights are taken in other pieces than they are stored in
 */
record StoredFormats(Predicate<NumberFormat> usable, UnaryOperator<String> storedAs, List<String> stored, String prefix,
        boolean isApart) implements FormatChoice {

    private static boolean isBlocks(String stored) {
        return BlockFormats.integers(stored).isPresent();
    }

    /**
     * The choice for a model's files.
     *
     * @param usable which formats the device computes with at full speed
     * @param stored all stored formats of matrices
     * @return empty where none is a block format whose numbers a device could hold as they are stored
     */
    static Optional<FormatChoice> of(Predicate<NumberFormat> usable, UnaryOperator<String> storedAs,
            Collection<String> stored) {
        List<String> all = stored.stream().distinct().sorted().toList();
        return all.stream().anyMatch(format -> isBlocks(format) && isHeld(format, usable))
                ? Optional.of(new StoredFormats(usable, storedAs, all, "", false))
                : Optional.empty();
    }

    private static boolean isHeld(String stored, Predicate<NumberFormat> usable) {
        return !holding(stored, usable).equals(WeightFormats.F32);
    }

    private static NumberFormat holding(String stored, Predicate<NumberFormat> usable) {
        return WeightFormats.byName(stored).filter(usable).orElse(WeightFormats.F32);
    }

    @Override
    public String name() {
        return formats().stream().map(NumberFormat::name).collect(Collectors.joining(", ")) + " as stored";
    }

    @Override
    public NumberFormat of(String... weights) {
        List<String> formats = Arrays.stream(weights).map(name -> storedAs.apply(prefix + name)).distinct().toList();
        return formats.size() != 1 || isApart && isBlocks(formats.getFirst())
                ? WeightFormats.F32
                : holding(formats.getFirst(), usable);
    }

    @Override
    public FormatChoice under(String more) {
        return new StoredFormats(usable, storedAs, stored, prefix + more, isApart);
    }

    @Override
    public FormatChoice apart() {
        return new StoredFormats(usable, storedAs, stored, prefix, true);
    }

    @Override
    public List<NumberFormat> formats() {
        return Stream.concat(stored.stream().map(format -> holding(format, usable)), Stream.of(WeightFormats.F32))
                .distinct().toList();
    }
}
