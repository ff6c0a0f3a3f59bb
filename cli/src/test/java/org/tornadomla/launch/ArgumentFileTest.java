package org.tornadomla.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The JVM's argument files, read and written. */
class ArgumentFileTest {

    @Test
    void wordsQuotesAndComments() {
        assertEquals(List.of("--module-path", "a b", "-Dx=it's", "c#d", ""),
                ArgumentFile.words("# first\n  --module-path \"a b\"  \"-Dx=it's\" # more\nc#d\n''"));
        assertEquals(List.of("C:\\x", "y\\z"), ArgumentFile.words("\"C:\\\\x\" y\\z"));
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll List<String> words) {
        assertEquals(words, ArgumentFile.words(ArgumentFile.of(words)));
    }
}
