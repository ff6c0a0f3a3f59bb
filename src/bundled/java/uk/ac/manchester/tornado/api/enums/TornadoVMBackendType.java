package uk.ac.manchester.tornado.api.enums;

/** Kinds of backends. */
public enum TornadoVMBackendType {
    /** OpenCL. */
    OPENCL,
    /** Apple Metal. */
    METAL,
    /** NVIDIA PTX. */
    PTX,
    /** NVIDIA CUDA. */
    CUDA,
    /** SPIR-V. */
    SPIRV,
    /** The Java virtual machine. */
    JAVA,
    /** A device that only compiles. */
    VIRTUAL
}
