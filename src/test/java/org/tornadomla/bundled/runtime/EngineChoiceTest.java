package org.tornadomla.bundled.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadomla.backend.Targets;
import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.Engine;

/** Whoever names an engine does not wait for the drivers of others, nor pay for their memory. */
class EngineChoiceTest {

    /** An engine that must not be asked for its devices. */
    private static final class Untouchable implements Engine {

        @Override
        public String name() {
            return "untouchable";
        }

        @Override
        public List<? extends Device> devices() {
            throw new IllegalStateException("the devices of another engine were asked for");
        }

        @Override
        public String unavailableReason() {
            return devices().toString();
        }
    }

    @Test
    void onlyTheNamedEngineIsStarted() {
        Engine untouchable = new Untouchable();
        Engines.add(untouchable);
        try {
            assertEquals("jvm", Targets.choose("jvm", null).engine().toString());
            assertEquals("jvm", Targets.choose("jvm", "0:0").engine().toString());
            assertThrows(IllegalStateException.class, () -> Targets.choose("auto", null));
        } finally {
            Engines.remove(untouchable);
        }
    }
}
