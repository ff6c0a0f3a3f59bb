package org.tornadomla.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar on standard error where a person watches, and nothing where the output goes to a file or a program.
 */
final class Progress implements AutoCloseable {

    private static final int MEBIBYTE = 1 << 20;
    private static final int REFRESH_MILLIS = 100;

    private final ProgressBar bar;

    /**
     * Progress over a number of bytes, shown in MiB.
     *
     * @param task  what is being done
     * @param bytes how many there are
     */
    Progress(String task, long bytes) {
        bar = watched()
                ? new ProgressBarBuilder().setTaskName(task).setInitialMax(bytes).setUnit(" MiB", MEBIBYTE)
                        .setUpdateIntervalMillis(REFRESH_MILLIS).setStyle(ProgressBarStyle.ASCII).clearDisplayOnFinish()
                        .build()
                : null;
    }

    private static boolean watched() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Sets how many bytes are done. */
    void done(long bytes) {
        if (bar != null) {
            bar.stepTo(bytes);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
