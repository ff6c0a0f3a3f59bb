package org.tornadomla.gguf;

import java.util.Arrays;
import java.util.Optional;

/**
 * Published models whose experts stand in groups. Files that were made of them before GGUF had keys for groups do not
 * say so; they are known by their sizes.
 */
enum PublishedGroups {
    /** DeepSeek-V2 and V2.5. */
    DEEPSEEK_V2(160, 60, 5120, 8, 3),
    /** DeepSeek-V3, V3.1 and R1. */
    DEEPSEEK_V3(256, 61, 7168, 8, 4);

    private final int experts;
    private final int layers;
    private final int hidden;
    private final int groups;
    private final int used;

    PublishedGroups(int experts, int layers, int hidden, int groups, int used) {
        this.experts = experts;
        this.layers = layers;
        this.hidden = hidden;
        this.groups = groups;
        this.used = used;
    }

    static Optional<PublishedGroups> of(int experts, int layers, int hidden) {
        return Arrays.stream(values())
                .filter(known -> known.experts == experts && known.layers == layers && known.hidden == hidden)
                .findFirst();
    }

    int groups() {
        return groups;
    }

    int used() {
        return used;
    }
}
