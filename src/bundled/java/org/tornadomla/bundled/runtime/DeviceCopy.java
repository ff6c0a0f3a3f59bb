package org.tornadomla.bundled.runtime;

import org.tornadomla.bundled.device.DeviceBuffer;

/** The counterpart of a host array on the device, and what is known of its content. Graphs that hand it on share it. */
final class DeviceCopy {

    private final Object array;
    private final DeviceBuffer buffer;
    private boolean uploaded;
    private boolean defined;
    private boolean partlyDownloaded;

    DeviceCopy(Object array, DeviceBuffer buffer) {
        this.array = array;
        this.buffer = buffer;
    }

    Object array() {
        return array;
    }

    DeviceBuffer buffer() {
        return buffer;
    }

    boolean isUploaded() {
        return uploaded;
    }

    void markUploaded() {
        uploaded = true;
        defined = true;
    }

    /** Whether an upload or a task has written to it. */
    boolean isDefined() {
        return defined;
    }

    void markDefined() {
        defined = true;
    }

    boolean isPartlyDownloaded() {
        return partlyDownloaded;
    }

    void markPartlyDownloaded() {
        partlyDownloaded = true;
    }
}
