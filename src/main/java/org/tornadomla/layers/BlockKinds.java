package org.tornadomla.layers;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

import org.tornadomla.config.Block;
import org.tornadomla.error.ConfigurationException;

/** The registered kinds of blocks. */
final class BlockKinds {

    private static final Map<Class<?>, BlockKind<?>> KINDS = new HashMap<>();

    static {
        for (BlockKind<?> kind : ServiceLoader.load(BlockKind.class, BlockKinds.class.getClassLoader())) {
            KINDS.put(kind.block(), kind);
        }
    }

    private BlockKinds() {
    }

    /**
     * The kind of a block.
     *
     * @throws ConfigurationException when none is registered for its class
     */
    @SuppressWarnings("unchecked") // A kind is found by the class of the blocks that it says it takes.
    static <B extends Block> BlockKind<B> of(B block) {
        BlockKind<?> kind = KINDS.get(block.getClass());
        if (kind == null) {
            throw new ConfigurationException("no kind of block is registered for " + block.getClass().getName()
                    + "; META-INF/services/" + BlockKind.class.getName() + " must name one");
        }
        return (BlockKind<B>) kind;
    }
}
