package org.tornadomla.bundled.opencl.source;

/** Where translations are kept between processes. */
public interface SourceStore {

    /** Keeps nothing. */
    SourceStore NONE = new SourceStore() {
        @Override
        public KernelSource load(String key) {
            return null;
        }

        @Override
        public void store(String key, KernelSource source) {
            // Nothing is kept.
        }
    };

    /**
     * What is kept under a key, or null.
     *
     * @param key names the task and the options; the code of kernels and translator is the store's own matter
     */
    KernelSource load(String key);

    /** Keeps a translation of a kernel that is the library's own, with all that it calls. */
    void store(String key, KernelSource source);
}
