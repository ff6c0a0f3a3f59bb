// The driver's functions for devices, contexts and memory.
#include "driver.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr const char* name = "PTX on the host (test device, no GPU)";

std::atomic<CUresult> broken{CUDA_SUCCESS};
std::mutex lock;
std::string said;

struct Named {
  CUresult error;
  const char *name, *text;
};

constexpr Named errors[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no device"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid context"},
    {CUDA_ERROR_INVALID_PTX, "CUDA_ERROR_INVALID_PTX", "the PTX was refused, see standard error"},
    {CUDA_ERROR_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid handle"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {CUDA_ERROR_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "a kernel touched memory that is not its own, see standard error"},
    {CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
    {CUDA_ERROR_LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "a kernel failed, see standard error"},
    {CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "not permitted while a stream is captured"},
};

const Named& named(CUresult error) {
  for (const Named& each : errors) {
    if (each.error == error) {
      return each;
    }
  }
  return errors[1];
}

// The driver's numbers of what can be asked, and the answers of a device of compute capability 9.0.
int attribute(int number) {
  switch (number) {
    case 1: case 2: case 3: return 1024;                     // work-items of a group, then in x, y and z
    case 4: return 64;
    case 5: return 2147483647;                               // groups in x, y and z
    case 6: case 7: return 65535;
    case 8: return 49152;                                    // shared memory of a group
    case 9: return 65536;                                    // constant memory
    case 10: return 32;                                      // warp
    case 12: return 65536;                                   // registers of a group
    case 13: return 1500000;                                 // kHz
    case 16: return 16;                                      // multiprocessors
    case 75: return 9;                                       // compute capability
    case 76: return 0;
    default: return 1;
  }
}

bool onDevice(CUdeviceptr address, size_t bytes, const char* what) {
  if (bytes == 0 || host::memory().find(address, bytes).high != 0) {
    return true;
  }
  char text[200];
  snprintf(text, sizeof text, "%s: %zu bytes at 0x%llx are outside every allocation", what, bytes, address);
  say(text);
  return false;
}

}  // namespace

void say(const std::string& text) {
  std::lock_guard<std::mutex> guard(lock);
  said = std::string(name) + ": " + text;
  fprintf(stderr, "%s\n", said.c_str());
}

// What was said last, for the tests.
EXPORT const char* cudaOnHostSaid() {
  std::lock_guard<std::mutex> guard(lock);
  return said.c_str();
}

CUresult failed() { return broken; }

void fail(CUresult error) { broken = error; }

EXPORT CUresult cuInit(unsigned flags) { return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE; }

EXPORT CUresult cuDriverGetVersion(int* version) {
  *version = 13000;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetCount(int* count) {
  *count = 1;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  *device = ordinal;
  return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EXPORT CUresult cuDeviceGetName(char* text, int length, CUdevice device) {
  snprintf(text, static_cast<size_t>(length), "%s", name);
  return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  *bytes = host::memory().total();
  return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EXPORT CUresult cuDeviceGetAttribute(int* value, int number, CUdevice device) {
  *value = attribute(number);
  return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EXPORT CUresult cuGetErrorName(CUresult error, const char** text) {
  *text = named(error).name;
  return named(error).error == error ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuGetErrorString(CUresult error, const char** text) {
  *text = named(error).text;
  return named(error).error == error ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuCtxCreate_v4(CUcontext* context, void*, unsigned, CUdevice device) {
  *context = new Context();
  fail(CUDA_SUCCESS);
  return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EXPORT CUresult cuCtxDestroy_v2(CUcontext context) {
  delete context;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxSetCurrent(CUcontext) { return CUDA_SUCCESS; }

EXPORT CUresult cuCtxSynchronize() { return failed(); }

EXPORT CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  *free = host::memory().free();
  *total = host::memory().total();
  return CUDA_SUCCESS;
}

EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) { return failed() ? failed() : host::memory().allocate(address, bytes); }

EXPORT CUresult cuMemFree_v2(CUdeviceptr address) { return host::memory().release(address); }

EXPORT CUresult cuMemAllocHost_v2(void** address, size_t bytes) {
  *address = malloc(bytes);
  return *address != nullptr ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

EXPORT CUresult cuMemFreeHost(void* address) {
  free(address);
  return CUDA_SUCCESS;
}

// Nothing is pinned here; a kernel that took a host's address would be refused at its first load.
EXPORT CUresult cuMemHostRegister_v2(void* address, size_t, unsigned) { return address != nullptr ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE; }

EXPORT CUresult cuMemHostUnregister(void*) { return CUDA_SUCCESS; }

EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  if (!onDevice(to, bytes, "a copy to the device")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  return enqueue(stream, [=] {
    memcpy(reinterpret_cast<void*>(to), from, bytes);
    return CUDA_SUCCESS;
  });
}

EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  if (!onDevice(from, bytes, "a copy from the device")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  return enqueue(stream, [=] {
    memcpy(to, reinterpret_cast<const void*>(from), bytes);
    return CUDA_SUCCESS;
  });
}

EXPORT CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  if (!onDevice(to, bytes, "a copy on the device") || !onDevice(from, bytes, "a copy on the device")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  memmove(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
  return failed();
}

EXPORT CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t bytes) {
  if (!onDevice(to, bytes, "a fill")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  memset(reinterpret_cast<void*>(to), value, bytes);
  return failed();
}
