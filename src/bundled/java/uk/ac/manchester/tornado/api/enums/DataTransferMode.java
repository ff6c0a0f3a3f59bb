package uk.ac.manchester.tornado.api.enums;

/** When an array is copied between host and device. */
public class DataTransferMode {

    /** On the first execution only; later writes on the host do not reach the device. */
    public static final int FIRST_EXECUTION = 0;

    /** On every execution. */
    public static final int EVERY_EXECUTION = 1;

    /** To the device: never, the buffer is only allocated. To the host: when the execution's result is asked for it. */
    public static final int UNDER_DEMAND = 2;
}
