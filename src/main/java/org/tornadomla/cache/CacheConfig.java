package org.tornadomla.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.tornadomla.config.MlaConfig;
import org.tornadomla.error.ConfigurationException;
import org.tornadomla.tensor.CacheType;

/**
 * Size and shape of a {@link LatentCache}; made by {@link #builder}.
 *
 * @param layers                  layers, each with a pool of its own; all share page numbers and block tables
 * @param pageTokens              tokens (rows) in a page
 * @param pages                   pages in each layer's pool
 * @param maxSequenceTokens       longest sequence; at most the rows of the pool
 * @param rowLayout               what a row holds
 * @param type                    number format of the rows
 * @param pageOrder               order in which pages are handed out
 * @param multiHeadFloatsPerToken floats that plain multi-head attention would keep for a token in a layer, num_heads *
 *                                    (qk_nope_head_dim + qk_rope_head_dim + v_head_dim); for statistics only, 0 where
 *                                    not known
 * @param model                   names the weights whose latents the cache holds; a snapshot is only restored into a
 *                                    cache of the same name
 * @param indexPools              pools of indexers' keys behind those of the layers; their rows are in 32-bit numbers
 * @param indexWidth              numbers of such a key; 0 where there are none
 * @param origin                  what else gives the rows their meaning; a snapshot is only restored where it is the
 *                                    same
 */
public record CacheConfig(int layers, int pageTokens, int pages, int maxSequenceTokens, RowLayout rowLayout,
        CacheType type, PageOrder pageOrder, long multiHeadFloatsPerToken, String model, int indexPools, int indexWidth,
        RowOrigin origin) {

    /** Tokens in a page where nothing else is asked for. */
    public static final int DEFAULT_PAGE_TOKENS = 64;

    /** Longest model name, in UTF-8 bytes. */
    public static final int MAX_MODEL_BYTES = 1024;

    /**
     * Most elements of 4 bytes in one layer's pool: arrays of the TornadoVM API are indexed by int, with a header
     * before them.
     */
    public static final long MAX_POOL_ELEMENTS = Integer.MAX_VALUE - RowLayout.VECTOR;

    private static final int VECTOR_BYTES = RowLayout.VECTOR * Float.BYTES;

    /**
     * @throws ConfigurationException when a value is out of range or missing, or a layer's pool is too large to be
     *                                    indexed
     */
    public CacheConfig {
        Objects.requireNonNull(rowLayout, "rowLayout");
        requireGiven(type);
        Objects.requireNonNull(pageOrder, "pageOrder");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(origin, "origin");
        requireAtLeastOne("layers", layers);
        requireAtLeastOne("pageTokens", pageTokens);
        requireAtLeastOne("pages", pages);
        long rows = (long) pages * pageTokens;
        long rowBytes = (long) rowLayout.vectors(type) * VECTOR_BYTES;
        long mostBytes = MAX_POOL_ELEMENTS * Float.BYTES;
        if (rows > mostBytes / rowBytes) {
            throw new ConfigurationException("a layer's pool of " + pages + " pages of " + pageTokens + " rows of "
                    + rowBytes + " bytes is too large, allowed are " + mostBytes + " bytes, that is "
                    + mostBytes / rowBytes / pageTokens + " pages");
        }
        if (maxSequenceTokens < 1 || maxSequenceTokens > rows) {
            throw new ConfigurationException(
                    "maxSequenceTokens is " + maxSequenceTokens + ", allowed are 1 to the pool's rows, " + rows);
        }
        if (indexPools < 0 || indexPools > 0 && indexWidth < 1) {
            throw new ConfigurationException("indexPools is " + indexPools + " and indexWidth " + indexWidth
                    + ", allowed are 0 or more pools of at least 1");
        }
        if (multiHeadFloatsPerToken < 0) {
            throw new ConfigurationException(
                    "multiHeadFloatsPerToken is " + multiHeadFloatsPerToken + ", allowed are 0 or more");
        }
        int modelBytes = model.getBytes(StandardCharsets.UTF_8).length;
        if (modelBytes > MAX_MODEL_BYTES) {
            throw new ConfigurationException(
                    "the model's name has " + modelBytes + " bytes, allowed are " + MAX_MODEL_BYTES);
        }
    }

    private static void requireGiven(CacheType type) {
        if (type == null) {
            throw new ConfigurationException(
                    "the cache's type is missing, must be one of " + Arrays.toString(CacheType.values()));
        }
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new ConfigurationException(name + " is " + value + ", allowed are 1 or more");
        }
    }

    /**
     * @param layers    layers of the model
     * @param rowLayout what a row holds
     * @return a builder; it needs {@link Builder#pages} or {@link Builder#budgetBytes}, the rest has defaults
     */
    public static Builder builder(int layers, RowLayout rowLayout) {
        return new Builder(layers, rowLayout);
    }

    /**
     * @param layers layers of the model
     * @param mla    sizes of its attention, which give the row and what plain multi-head attention would keep
     * @return a builder; it needs {@link Builder#pages} or {@link Builder#budgetBytes}, the rest has defaults
     */
    public static Builder builder(int layers, MlaConfig mla) {
        long headFloats = (long) mla.qkHeadDim() + mla.vHeadDim();
        return builder(layers, new RowLayout(mla.kvLoraRank(), mla.qkRopeHeadDim()))
                .multiHeadFloatsPerToken(mla.numHeads() * headFloats).origin("attention", mla);
    }

    /** @return rows of each layer's pool; fits an int, and so does every index into the pool */
    public int rows() {
        return pages * pageTokens;
    }

    /**
     * The number of a row of a layer's pool.
     *
     * @param page     the page that holds the position, from a block table
     * @param position of a token in its sequence
     * @return the token's row in each layer's pool; its first vector is at slot * rowLayout.vectors(type)
     */
    public int slot(int page, int position) {
        return slot(page, position, pageTokens);
    }

    /** The same by the tokens of a page: the only place on the host where a row's number is computed. */
    public static int slot(int page, int position, int pageTokens) {
        return page * pageTokens + position % pageTokens;
    }

    /** @return entries of the longest block table */
    public int maxBlocks() {
        return blocks(maxSequenceTokens);
    }

    /**
     * @param tokens a length of a sequence
     * @return pages that hold that many tokens
     */
    public int blocks(int tokens) {
        return tokens / pageTokens + (tokens % pageTokens == 0 ? 0 : 1);
    }

    /** @return bytes that one token's rows take in all layers, padding included */
    public long bytesPerToken() {
        return bytesPerToken(layers, rowLayout, type, indexPools, indexWidth);
    }

    private static long bytesPerToken(int layers, RowLayout rowLayout, CacheType type, int indexPools, int indexWidth) {
        long index = indexPools == 0 ? 0 : (long) indexPools * new RowLayout(indexWidth, 0).vectors();
        return ((long) layers * rowLayout.vectors(type) + index) * VECTOR_BYTES;
    }

    /** @return pools of all layers and indexers */
    public int pools() {
        return layers + indexPools;
    }

    /**
     * @param pool number of a pool, those of indexers behind those of the layers
     * @return what one of its rows holds
     */
    RowLayout rowLayout(int pool) {
        return pool < layers ? rowLayout : new RowLayout(indexWidth, 0);
    }

    /**
     * @param pool number of a pool
     * @return number format of its rows
     */
    CacheType type(int pool) {
        return pool < layers ? type : CacheType.F32;
    }

    /** @return bytes of one page in all layers */
    public long pageBytes() {
        return bytesPerToken() * pageTokens;
    }

    /** @return bytes of the pools of all layers */
    public long poolBytes() {
        return pageBytes() * pages;
    }

    /** Collects the values of a {@link CacheConfig}. */
    public static final class Builder {

        private final int layers;
        private final RowLayout rowLayout;
        private int pageTokens = DEFAULT_PAGE_TOKENS;
        private int pages;
        private long budgetBytes;
        private int maxSequenceTokens = Integer.MAX_VALUE;
        private CacheType type = CacheType.F32;
        private PageOrder pageOrder = PageOrder.NATURAL;
        private long multiHeadFloatsPerToken;
        private String model = "";
        private int indexPools;
        private int indexWidth;
        private RowOrigin origin = RowOrigin.NONE;

        private Builder(int layers, RowLayout rowLayout) {
            this.layers = layers;
            this.rowLayout = Objects.requireNonNull(rowLayout, "rowLayout");
        }

        /**
         * @param tokens tokens in a page
         * @return this
         */
        public Builder pageTokens(int tokens) {
            pageTokens = tokens;
            return this;
        }

        /**
         * Sets the size of the pool, in place of a budget.
         *
         * @param count pages in each layer's pool
         * @return this
         */
        public Builder pages(int count) {
            requireAtLeastOne("pages", count);
            pages = count;
            budgetBytes = 0;
            return this;
        }

        /**
         * Sets the size of the pool, in place of a count of pages: as many whole pages as the budget has room for.
         *
         * @param bytes most bytes for the pools of all layers together
         * @return this
         */
        public Builder budgetBytes(long bytes) {
            if (bytes < 1) {
                throw new ConfigurationException("budgetBytes is " + bytes + ", allowed are 1 or more");
            }
            budgetBytes = bytes;
            pages = 0;
            return this;
        }

        /**
         * @param tokens longest sequence, for instance max_position_embeddings; the rows of the pool where those are
         *                   fewer
         * @return this
         */
        public Builder maxSequenceTokens(int tokens) {
            maxSequenceTokens = tokens;
            return this;
        }

        /**
         * @param format number format of the rows, 32-bit numbers by default
         * @return this
         */
        public Builder type(CacheType format) {
            requireGiven(format);
            type = format;
            return this;
        }

        /**
         * @param order order in which pages are handed out
         * @return this
         */
        public Builder pageOrder(PageOrder order) {
            pageOrder = order;
            return this;
        }

        /**
         * @param floats see {@link CacheConfig#multiHeadFloatsPerToken}
         * @return this
         */
        public Builder multiHeadFloatsPerToken(long floats) {
            multiHeadFloatsPerToken = floats;
            return this;
        }

        /**
         * @param name see {@link CacheConfig#model}
         * @return this
         */
        public Builder model(String name) {
            model = name;
            return this;
        }

        /**
         * @param count pools of indexers' keys
         * @param width numbers of a key
         * @return this
         */
        public Builder indexPools(int count, int width) {
            indexPools = count;
            indexWidth = width;
            return this;
        }

        /**
         * Adds something that shapes rows, which snapshots carry.
         *
         * @param name  what it is
         * @param value its value; of a record, all of its components
         * @return this
         */
        public Builder origin(String name, Object value) {
            origin = origin.with(name, value);
            return this;
        }

        /**
         * @return the configuration
         * @throws ConfigurationException when a value is out of range, no size was given, or the budget has no room for
         *                                    a page
         */
        public CacheConfig build() {
            requireAtLeastOne("layers", layers);
            requireAtLeastOne("pageTokens", pageTokens);
            int count = budgetBytes > 0 ? pagesWithin(budgetBytes) : pages;
            if (count == 0) {
                throw new ConfigurationException("the cache has no size: give pages or budgetBytes");
            }
            long rows = (long) count * pageTokens;
            int longest = (int) Math.min(maxSequenceTokens, rows);
            return new CacheConfig(layers, pageTokens, count, longest, rowLayout, type, pageOrder,
                    multiHeadFloatsPerToken, model, indexPools, indexWidth, origin);
        }

        private int pagesWithin(long bytes) {
            long tokenBytes = bytesPerToken(layers, rowLayout, type, indexPools, indexWidth);
            long count = bytes / tokenBytes / pageTokens;
            if (count == 0) {
                throw new ConfigurationException("budgetBytes is " + bytes + ", a single page of " + pageTokens
                        + " tokens in " + layers + " layers takes " + pageTokens + " times " + tokenBytes);
            }
            return (int) Math.min(count, Integer.MAX_VALUE);
        }
    }
}
