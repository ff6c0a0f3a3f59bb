#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "host.hpp"

namespace host {

Memory& memory() {
  static Memory* one = new Memory();
  return *one;
}

size_t Memory::total() const {
  std::string bytes = setting("MEMORY", "");
  size_t half = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGE_SIZE)) / 2;
  return bytes.empty() ? half : std::stoull(bytes);
}

size_t Memory::free() {
  std::lock_guard<std::mutex> guard(lock_);
  return total() > used_ ? total() - used_ : 0;
}

CUresult Memory::allocate(CUdeviceptr* address, size_t bytes) {
  if (bytes == 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (bytes > free()) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  void* place = nullptr;
  if (posix_memalign(&place, 512, bytes) != 0) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  memset(place, 0xff, bytes);
  add(reinterpret_cast<uint64_t>(place), bytes);
  std::lock_guard<std::mutex> guard(lock_);
  used_ += bytes;
  *address = reinterpret_cast<CUdeviceptr>(place);
  return CUDA_SUCCESS;
}

CUresult Memory::release(CUdeviceptr address) {
  range known = find(address, 1);
  if (known.high == 0 || known.low != address) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  remove(address);
  {
    std::lock_guard<std::mutex> guard(lock_);
    used_ -= known.high - known.low;
  }
  ::free(reinterpret_cast<void*>(address));
  return CUDA_SUCCESS;
}

void Memory::add(uint64_t address, size_t bytes) {
  std::lock_guard<std::mutex> guard(lock_);
  range added = {address, address + bytes};
  auto behind = std::upper_bound(ranges_.begin(), ranges_.end(), added, [](const range& a, const range& b) { return a.low < b.low; });
  ranges_.insert(behind, added);
}

void Memory::remove(uint64_t address) {
  std::lock_guard<std::mutex> guard(lock_);
  ranges_.erase(std::remove_if(ranges_.begin(), ranges_.end(), [&](const range& r) { return r.low == address; }), ranges_.end());
}

range Memory::find(uint64_t address, size_t bytes) {
  std::lock_guard<std::mutex> guard(lock_);
  auto behind = std::upper_bound(ranges_.begin(), ranges_.end(), address, [](uint64_t a, const range& r) { return a < r.low; });
  if (behind == ranges_.begin()) {
    return {0, 0};
  }
  range known = *(behind - 1);
  return address + bytes <= known.high ? known : range{0, 0};
}

}  // namespace host
