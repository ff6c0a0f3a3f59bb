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
        this(task, bytes, " MiB", MEBIBYTE);
    }

    private Progress(String task, long most, String unit, long size) {
        bar = watched()
                ? new ProgressBarBuilder().setTaskName(task).setInitialMax(most).setUnit(unit, size)
                        .setUpdateIntervalMillis(REFRESH_MILLIS).setStyle(ProgressBarStyle.ASCII).clearDisplayOnFinish()
                        .build()
                : null;
    }

    /**
     * Progress over a number of parts.
     *
     * @param task  what is being done
     * @param unit  what the parts are
     * @param parts how many there are
     */
    static Progress ofParts(String task, String unit, long parts) {
        return new Progress(task, parts, " " + unit, 1);
    }

    private static boolean watched() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Sets how many bytes or parts are done. */
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
