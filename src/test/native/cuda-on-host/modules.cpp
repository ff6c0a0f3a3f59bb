// The driver's functions for modules and launches.
#include <cstring>

#include "driver.hpp"
#include "ptx.hpp"

struct Function {
  const kernel_info* kernel;
};

struct LoadedModule {
  host::Compiled compiled;
  std::vector<std::unique_ptr<Function>> functions;
};

namespace {

CUresult load(CUmodule* module, const void* image) {
  try {
    host::Compiled compiled = host::compile(static_cast<const char*>(image));
    *module = new LoadedModule{compiled, {}};
    for (const array_info* array = compiled.arrays; array->name != nullptr; array++) {
      host::memory().add(reinterpret_cast<uint64_t>(array->address), array->size);
    }
    return CUDA_SUCCESS;
  } catch (const std::exception& refused) {
    say(refused.what());
    return CUDA_ERROR_INVALID_PTX;
  }
}

// The block of parameters that a kernel reads, from a buffer or from a pointer for each parameter.
CUresult parameters(const kernel_info& kernel, void** values, void** extra, std::vector<uint8_t>& block) {
  block.assign(kernel.param_size, 0);
  if (values != nullptr) {
    for (uint32_t i = 0; i < kernel.parameters; i++) {
      memcpy(block.data() + kernel.parameter[i].offset, values[i], kernel.parameter[i].size);
    }
    return CUDA_SUCCESS;
  }
  const void* buffer = nullptr;
  size_t bytes = 0;
  // Pairs of a key and a value until the key 0: key 1 is the buffer, key 2 points to its size.
  for (size_t i = 0; extra != nullptr && extra[i] != nullptr; i += 2) {
    size_t key = reinterpret_cast<size_t>(extra[i]);
    buffer = key == 1 ? extra[i + 1] : buffer;
    bytes = key == 2 ? *static_cast<size_t*>(extra[i + 1]) : bytes;
  }
  if (bytes < kernel.param_size) {
    say("kernel " + std::string(kernel.name) + " takes " + std::to_string(kernel.param_size) + " bytes of parameters, given " + std::to_string(bytes));
    return CUDA_ERROR_INVALID_VALUE;
  }
  memcpy(block.data(), buffer, kernel.param_size);
  return CUDA_SUCCESS;
}

bool fits(const host::Launch& launch) {
  uint64_t items = static_cast<uint64_t>(launch.block[0]) * launch.block[1] * launch.block[2];
  bool grid = launch.grid[0] > 0 && launch.grid[1] > 0 && launch.grid[2] > 0 && launch.grid[1] <= 65535 && launch.grid[2] <= 65535;
  return grid && items > 0 && items <= 1024 && launch.block[2] <= 64 && launch.kernel->shared_size + launch.shared <= 49152;
}

bool asAnnounced(const host::Launch& launch) {
  const kernel_info& kernel = *launch.kernel;
  for (int i = 0; i < 3 && kernel.maximum[0] > 0; i++) {
    if (kernel.required ? launch.block[i] != kernel.maximum[i] : launch.block[i] > kernel.maximum[i]) {
      return false;
    }
  }
  return true;
}

CUresult compute(const host::Launch& launch) {
  std::string error, name = launch.kernel->name;
  if (host::verbose()) {
    say("launch of " + name + ", " + std::to_string(launch.grid[0]) + " x " + std::to_string(launch.grid[1]) + " x " + std::to_string(launch.grid[2]) +
        " groups of " + std::to_string(launch.block[0]) + " x " + std::to_string(launch.block[1]) + " x " + std::to_string(launch.block[2]));
  }
  CUresult result = host::launch(launch, error);
  if (result != CUDA_SUCCESS) {
    say("kernel " + name + ": " + error);
    fail(result);
  }
  return result;
}

}  // namespace

EXPORT CUresult cuModuleLoadData(CUmodule* module, const void* image) { return failed() ? failed() : load(module, image); }

EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, int*, void**) { return cuModuleLoadData(module, image); }

EXPORT CUresult cuModuleUnload(CUmodule module) {
  for (const array_info* array = module->compiled.arrays; array->name != nullptr; array++) {
    host::memory().remove(reinterpret_cast<uint64_t>(array->address));
  }
  delete module;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  for (const kernel_info* kernel = module->compiled.kernels; kernel->name != nullptr; kernel++) {
    if (strcmp(kernel->name, name) == 0) {
      module->functions.push_back(std::make_unique<Function>(Function{kernel}));
      *function = module->functions.back().get();
      return CUDA_SUCCESS;
    }
  }
  return CUDA_ERROR_NOT_FOUND;
}

EXPORT CUresult cuOccupancyMaxPotentialBlockSize(int* groups, int* items, CUfunction function, size_t (*)(int), size_t, int most) {
  const kernel_info& kernel = *function->kernel;
  int limit = kernel.maximum[0] == 0 ? 1024 : static_cast<int>(kernel.maximum[0] * kernel.maximum[1] * kernel.maximum[2]);
  *groups = 16;
  *items = most > 0 && most < limit ? most : limit;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuLaunchKernel(CUfunction function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                               CUstream stream, void** values, void** extra) {
  if (failed()) {
    return failed();
  }
  host::Launch launch = {function->kernel, {gx, gy, gz}, {bx, by, bz}, shared, {}};
  CUresult result = parameters(*function->kernel, values, extra, launch.parameters);
  if (result != CUDA_SUCCESS) {
    return result;
  }
  if (!fits(launch)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (!asAnnounced(launch)) {
    return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
  }
  return enqueue(stream, [launch] { return compute(launch); });
}

// What the translator knows, for the tests.
EXPORT const char* cudaOnHostKnown() {
  static const std::string names = ptx::known();
  return names.c_str();
}
