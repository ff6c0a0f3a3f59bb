package org.tornadomla.reference;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

import org.tornadomla.config.Block;
import org.tornadomla.error.ConfigurationException;

/** The registered oracles. */
final class BlockOracles {

    private static final Map<Class<?>, BlockOracle<?>> ORACLES = new HashMap<>();

    static {
        for (BlockOracle<?> oracle : ServiceLoader.load(BlockOracle.class, BlockOracles.class.getClassLoader())) {
            ORACLES.put(oracle.block(), oracle);
        }
    }

    private BlockOracles() {
    }

    /**
     * The oracle of a block.
     *
     * @throws ConfigurationException when none is registered for its class
     */
    @SuppressWarnings("unchecked") // An oracle is found by the class of the blocks that it says it takes.
    static <B extends Block> BlockOracle<B> of(B block) {
        BlockOracle<?> oracle = ORACLES.get(block.getClass());
        if (oracle == null) {
            throw new ConfigurationException("no oracle is registered for " + block.getClass().getName()
                    + "; META-INF/services/" + BlockOracle.class.getName() + " must name one");
        }
        return (BlockOracle<B>) oracle;
    }
}
