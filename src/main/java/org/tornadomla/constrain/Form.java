package org.tornadomla.constrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A form of answers over a vocabulary. It is made once for a schema and serves any number of answers, on any number of
 * threads; an answer goes through it with a {@link Walk} of its own.
 */
public final class Form {

    /** Places whose tokens are kept; most answers are in few places most of the time. */
    private static final int KEPT = 512;

    private final Network network;
    private final Network.Rule root;
    private final TokenTrie vocabulary;
    private final Places places = new Places();
    private final Map<Place, BitSet> allowed = new LinkedHashMap<>(KEPT, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, BitSet> eldest) {
            return size() > KEPT;
        }
    };

    private Form(Network network, Network.Rule root, TokenTrie vocabulary) {
        this.network = network;
        this.root = root;
        this.vocabulary = vocabulary;
    }

    /**
     * JSON of a schema.
     *
     * @throws SchemaException when the schema says what cannot be kept to, naming the place
     */
    public static Form schema(JsonNode schema, TokenTrie vocabulary) {
        Network network = new Network();
        return new Form(network, new SchemaCompiler(network, schema).root(), vocabulary);
    }

    /** Any JSON object. */
    public static Form object(TokenTrie vocabulary) {
        Network network = new Network();
        return new Form(network, new JsonRules(network).anyObject(), vocabulary);
    }

    /** A walk from the beginning. */
    public Walk walk() {
        return new Walk(places.one(Place.start(network, root)));
    }

    /** The way of one answer, for one thread. */
    public final class Walk {

        private Place place;

        private Walk(Place place) {
            this.place = place;
        }

        /** Whether the answer may end here. */
        public boolean isComplete() {
            return place.isComplete();
        }

        /** Whether nothing but the end may follow. */
        public boolean isEnd() {
            return place.isEnd();
        }

        /** Ids that may follow, end tokens left aside. Not to be changed. */
        public BitSet allowed() {
            synchronized (allowed) {
                BitSet known = allowed.get(place);
                if (known == null) {
                    known = tokensAt(place);
                    allowed.put(place, known);
                }
                return known;
            }
        }

        /**
         * Goes on by a token's bytes.
         *
         * @throws IllegalArgumentException when they may not follow
         */
        public void accept(byte[] text) {
            Place at = place;
            for (byte next : text) {
                at = at.after(next & 0xFF, root.end(), places);
                if (at == null) {
                    throw new IllegalArgumentException("a token was chosen that the form does not allow");
                }
            }
            place = at;
        }
    }

    /** Walks over all tokens in order, and leaves out those that begin with what cannot follow. */
    private BitSet tokensAt(Place start) {
        BitSet tokens = new BitSet(vocabulary.size());
        Place[] path = new Place[16];
        path[0] = start;
        int reached = 0;
        for (int index = 0; index < vocabulary.count(); index++) {
            byte[] text = vocabulary.text(index);
            if (index > 0 && vocabulary.shared(index) > reached) {
                // It begins as the one before did where that one could not go on.
                continue;
            }
            reached = index == 0 ? 0 : vocabulary.shared(index);
            if (path.length <= text.length) {
                path = Arrays.copyOf(path, 2 * text.length);
            }
            while (reached < text.length) {
                Place next = path[reached].after(text[reached] & 0xFF, root.end(), places);
                if (next == null) {
                    break;
                }
                path[++reached] = next;
            }
            if (reached == text.length) {
                tokens.set(vocabulary.id(index));
            }
        }
        return tokens;
    }
}
