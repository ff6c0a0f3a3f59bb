package org.tornadomla.attention;

import java.util.Optional;

import org.tornadomla.annotation.Internal;
import org.tornadomla.annotation.PublicApi;
import org.tornadomla.layers.Attending;

/** How attention is computed; the result is the same. */
@PublicApi
public enum AttentionMode {
    /** Whichever costs fewer operations. */
    AUTO,
    /** On the cached latents themselves. */
    ABSORBED,
    /** On keys and values expanded from the latents. */
    EXPANDED;

    /**
     * The one way that is wanted; empty where it is free.
     *
     * @hidden
     */
    @Internal
    public Optional<Attending> way() {
        return switch (this) {
            case AUTO -> Optional.empty();
            case ABSORBED -> Optional.of(Attending.ABSORBED);
            case EXPANDED -> Optional.of(Attending.EXPANDED);
        };
    }
}
