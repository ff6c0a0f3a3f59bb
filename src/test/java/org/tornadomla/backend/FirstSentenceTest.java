package org.tornadomla.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is shown of the reason why an SDK does not start. */
class FirstSentenceTest {

    @Test
    void namesWithDotsStayWhole() {
        assertEquals("Module jdk.internal.vm.ci not found",
                Targets.firstSentence("Module jdk.internal.vm.ci not found"));
        assertEquals("No device of driver 1.2", Targets.firstSentence("No device of driver 1.2. Install one.\nMore."));
    }
}
