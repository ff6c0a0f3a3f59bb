package org.tornadomla.cli;

import org.tornadomla.backend.Engine;
import org.tornadomla.decoder.Decoder;

/**
 * A progress bar over the graphs that TornadoVM compiles, each when it first runs, which takes most of the time to the
 * first token. Other engines compile while weights are loaded, and show nothing here.
 */
final class CompileProgress implements AutoCloseable {

    private Progress bar;

    /** Shows the graphs of a decoder from now on, until {@link #close}. */
    void watch(Decoder decoder) {
        close();
        if (decoder.target().engine() == Engine.TORNADOVM) {
            bar = Progress.ofParts("compiling", "graphs", decoder.graphs());
            decoder.onFirstRuns(bar::done);
        }
    }

    /** The first token is there. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
