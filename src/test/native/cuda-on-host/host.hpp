// What the driver's functions are made of: memory, modules and launches.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "cuda_api.hpp"

extern "C" {
#include "tables.h"
}

namespace host {

// A setting CUDA_ON_HOST_<name>, or the default.
std::string setting(const char* name, const std::string& otherwise);
bool verbose();

// Runs a program found on the PATH or in a CUDA toolkit's usual folder, its output going to a file. The exit status, or 127 when there is none.
int run(const std::vector<std::string>& command, const std::string& output);
// The program's file, or nothing.
std::string program(const std::string& name);
std::string readFile(const std::string& name);
// Written beside and then renamed, so that two processes may write the same.
void writeFile(const std::string& name, const std::string& text);
// The folder in which compiled modules are kept.
std::string cacheFolder();
std::string hashOf(const std::string& text);

// Allocations of device memory, by address. New memory holds NaN in every float, since a device's memory is not cleared either.
class Memory {
 public:
  CUresult allocate(CUdeviceptr* address, size_t bytes);
  CUresult release(CUdeviceptr address);
  // Memory that is not the device's own: arrays of a module, or the host's when it is registered.
  void add(uint64_t address, size_t bytes);
  void remove(uint64_t address);
  // The allocation around the bytes, or an empty range.
  range find(uint64_t address, size_t bytes);
  size_t total() const;
  size_t free();

 private:
  std::mutex lock_;
  std::vector<range> ranges_;  // by address
  size_t used_ = 0;
};

Memory& memory();

// A translated and compiled module. Throws ptx::Refusal, or std::runtime_error with what a compiler said.
struct Compiled {
  const kernel_info* kernels;
  const array_info* arrays;
};
Compiled compile(const std::string& text);

struct Launch {
  const kernel_info* kernel;
  uint32_t grid[3], block[3], shared;
  std::vector<uint8_t> parameters;
};

// Computes all groups; what went wrong stands in the text.
CUresult launch(const Launch& launch, std::string& error);

}  // namespace host
