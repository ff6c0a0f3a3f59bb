package uk.ac.manchester.tornado.api.enums;

/** Kinds of devices. */
public enum TornadoDeviceType {
    /** Not known. */
    UNKNOWN,
    /** The platform's own choice. */
    DEFAULT,
    /** The host's processor. */
    CPU,
    /** A graphics processor. */
    GPU,
    /** Programmable logic. */
    FPGA,
    /** Another accelerator. */
    ACCELERATOR,
    /** A device of a vendor's own kind. */
    CUSTOM,
    /** Any kind. */
    ALL
}
