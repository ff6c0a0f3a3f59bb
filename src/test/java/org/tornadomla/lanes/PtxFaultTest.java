package org.tornadomla.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the stand-in for NVIDIA's driver refuses, and what it stops, in words that name it. */
class PtxFaultTest {

    private static final String KERNEL = """
            .version 8.0
            .target sm_90
            .address_size 64
            .visible .entry k(.param .u64 in, .param .u64 out) {
              .reg .pred p; .reg .b16 h<4>; .reg .b32 r<8>; .reg .b64 d<8>; .reg .f32 f<8>;
              .shared .align 8 .b8 block[16]; .shared .s32 words[4]; .local .align 8 .b8 own[8];
              ld.param.u64 d0, [in];
              ld.param.u64 d1, [out];
              mov.u32 r0, %tid.x;
              THIS
              ret;
            }
            """;

    private CudaOnHost device;

    @BeforeEach
    void open() {
        device = CudaOnHost.device();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"ld.global.u64 d2, [d0+16]; st.global.u64 [d1], d2; | outside every allocation: 8 bytes",
                "ld.global.u64 d2, [d0+-8]; st.global.u64 [d1], d2; | outside every allocation: 8 bytes",
                "st.global.u32 [d0+2], r0; | misaligned address: 4 bytes",
                "ld.global.v2.u32 {r1, r2}, [d0+4]; st.global.v2.u32 [d1], {r1, r2}; | misaligned address",
                "mov.u32 r1, block; st.shared.u32 [r1+64], r0; | outside the group's shared memory: 4 bytes at 0x40",
                "mov.u32 r1, 4; st.shared.s32 words[r1], r0; | outside the array words: 4 bytes at 0x10",
                "mov.u64 d2, own; st.local.u32 [d2+8], r0; | outside the work-item's local memory",
                "ld.u32 r1, [d2]; st.global.u32 [d1], r1; | outside every allocation"})
    void memoryThatIsNotTheKernelsIsAnError(String body, String expected) {
        long buffer = device.buffer(1, 2);
        long kernel = device.kernel(KERNEL.replace("THIS", body), "k");
        assertEquals(CudaOnHost.ILLEGAL_ADDRESS, device.launch(kernel, 1, 1, buffer, buffer), device::said);
        assertTrue(device.said().contains(expected), device::said);
        assertTrue(device.said().contains("kernel k") && device.said().contains("line 10"), device::said);
        assertEquals(CudaOnHost.ILLEGAL_ADDRESS, device.call("cuStreamSynchronize", 0L), "the context remembers it");
        device = CudaOnHost.device();
        device.free(buffer);
    }

    @Test
    void newMemoryIsNotCleared() {
        long[] address = new long[1];
        assertEquals(0, device.call("cuMemAlloc_v2", address, 8L));
        assertTrue(Float.isNaN(Float.intBitsToFloat((int) device.read(address[0], 1)[0])));
        device.free(address[0]);
        assertEquals(CudaOnHost.INVALID_VALUE, device.call("cuMemcpyDtoHAsync_v2", new long[1], address[0], 8L, 0L));
    }

    /** Instructions that PTX has and this device has not. */
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"vadd.s32.s32.s32 r1, r0, r0; | vadd.s32.s32.s32", "addc.u32 r1, r0, r0; | addc.u32",
                "mul24.lo.s32 r1, r0, r0; | mul24.lo.s32", "min.xorsign.abs.f32 f1, f0, f0; | xorsign",
                "cvt.rn.relu.f16.f32 h1, f0; | relu", "mov.u32 r1, %clock; | %clock", "bar.sync 0, 32; | bar.sync",
                "bar.arrive 0, 32; | bar.arrive", "activemask.b32 r1; | activemask.b32"})
    void anUnknownInstructionIsRefusedByName(String body, String name) {
        assertEquals(CudaOnHost.INVALID_PTX, device.load(KERNEL.replace("THIS", body), new long[1]));
        assertTrue(device.said().contains(name) && device.said().contains("is not known to this device"), device::said);
        assertTrue(device.said().startsWith(device.name()), device::said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"add.u32 r1, r0, r9; | r9", "add.u32 r1, r0; | ", "bra NOWHERE; | NOWHERE"})
    void aTextThatIsWrongIsRefused(String body, String name) {
        assertEquals(CudaOnHost.INVALID_PTX, device.load(KERNEL.replace("THIS", body), new long[1]));
        assertTrue(name == null || device.said().contains(name), device::said);
    }

    @Test
    void aFunctionBesideKernelsIsRefused() {
        String text = KERNEL.replace(".visible .entry k", ".func f(.param .b32 x) { ret; }\n.visible .entry k")
                .replace("THIS", "");
        assertEquals(CudaOnHost.INVALID_PTX, device.load(text, new long[1]));
        assertTrue(device.said().contains(".func"), device::said);
    }

    @Test
    void aTrapEndsTheLaunch() {
        long kernel = device.kernel(PtxSnippets.text("control"), "trapped");
        assertEquals(CudaOnHost.LAUNCH_FAILED, device.launch(kernel, 1, 1, 0));
        assertTrue(device.said().contains("trap"), device::said);
    }

    @Test
    void groupsThatNoDeviceTakesAreRefused() {
        long kernel = device.kernel(KERNEL.replace("THIS", ""), "k");
        assertEquals(CudaOnHost.INVALID_VALUE, device.launch(kernel, 1, 1025, 0, 0));
        assertEquals(CudaOnHost.INVALID_VALUE, device.launch(kernel, 0, 1, 0, 0));
    }
}
