package org.tornadomla.selftest;

/**
 * What a device's compiler made of a kernel.
 *
 * @param text    OpenCL C, PTX or what the device takes; empty when the kernel does not compile
 * @param refusal why it does not compile, in the runtime's words; empty when it does
 */
public record KernelSource(String text, String refusal) {

    /** Whether the kernel compiles. */
    public boolean compiles() {
        return refusal.isEmpty();
    }
}
