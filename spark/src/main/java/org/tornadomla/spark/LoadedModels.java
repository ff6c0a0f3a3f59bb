package org.tornadomla.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The models of this JVM, each loaded once, by the first task that asks for it. A model that no task uses stays for the
 * next task, until a task asks for another one, since two may not have room beside each other, or the JVM ends.
 */
final class LoadedModels {

    private static final Map<ModelKey, LoadedModels> LOADED = new HashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(LoadedModels::closeAll, "close models"));
    }

    private final LoadedModel model;
    private int users;
    private boolean given;

    private LoadedModels(LoadedModel model) {
        this.model = model;
    }

    /** A task's share of a model, to be released. */
    static final class Use {

        private final ModelKey key;
        private final LoadedModels entry;
        private boolean released;

        private Use(ModelKey key, LoadedModels entry) {
            this.key = key;
            this.entry = entry;
        }

        LoadedModel model() {
            return entry.model;
        }

        /** The model is of no use any more, as its device failed: the next task loads it again. */
        void giveUp() {
            synchronized (LOADED) {
                entry.given = true;
                LOADED.remove(key, entry);
            }
        }

        /** The task needs it no more; a second call does nothing. */
        void release() {
            synchronized (LOADED) {
                if (!released) {
                    released = true;
                    entry.users--;
                    if (entry.given && entry.users == 0) {
                        entry.model.close();
                    }
                }
            }
        }
    }

    /**
     * A model, loaded now if it is not.
     *
     * @throws org.tornadomla.error.MlaException when it cannot be loaded
     */
    static Use use(ModelKey key) {
        // A second task of the JVM waits here for the first one's load.
        synchronized (LOADED) {
            LoadedModels entry = LOADED.get(key);
            if (entry == null) {
                closeUnused();
                entry = new LoadedModels(new LoadedModel(key));
                LOADED.put(key, entry);
            }
            entry.users++;
            return new Use(key, entry);
        }
    }

    static void closeUnused() {
        synchronized (LOADED) {
            List<LoadedModels> unused = new ArrayList<>(LOADED.values());
            unused.removeIf(entry -> entry.users > 0);
            LOADED.values().removeAll(unused);
            unused.forEach(entry -> entry.model.close());
        }
    }

    /** Models that are loaded. */
    static int count() {
        synchronized (LOADED) {
            return LOADED.size();
        }
    }

    private static void closeAll() {
        synchronized (LOADED) {
            LOADED.values().forEach(entry -> entry.model.close());
            LOADED.clear();
        }
    }
}
