package org.tornadomla.checkpoint;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.tornadomla.config.Shortened;

/** What does not fit, in words that stay readable however many names are wrong. */
public final class Problems {

    private static final int SAMPLES = 10;

    private Problems() {
    }

    /**
     * The first problems.
     *
     * @param problems one sentence each
     * @return at most ten, and how many there are if there are more
     */
    public static String text(List<String> problems) {
        return Shortened.list(problems, "; ");
    }

    /**
     * A guess at one cause of all problems: that the files' names have a beginning that the model's have not, or the
     * other way round.
     *
     * @param found    names in the files
     * @param expected names of the model
     * @return a sentence to be put behind the problems; empty when no beginning explains most names
     */
    static String cause(Set<String> found, Set<String> expected) {
        Optional<String> more = beginning(expected, found);
        if (more.isPresent()) {
            return ". The names in the files begin with " + more.get() + ", which the model's do not: the configuration"
                    + " is that of a part of what the files hold";
        }
        return beginning(found, expected).map(less -> ". The names in the files lack the beginning " + less
                + " that the model's have: they hold a base model, saved without its head").orElse("");
    }

    /** What most of the shorter names lack to be longer ones; a few of them are enough to find it. */
    private static Optional<String> beginning(Collection<String> shorter, Set<String> longer) {
        return shorter.stream().limit(SAMPLES)
                .flatMap(name -> longer.stream().filter(other -> other.endsWith("." + name))
                        .map(other -> other.substring(0, other.length() - name.length())))
                .distinct().limit(SAMPLES).filter(prefix -> 2
                        * shorter.stream().filter(one -> longer.contains(prefix + one)).count() > shorter.size())
                .findFirst().map(Shortened::text);
    }
}
