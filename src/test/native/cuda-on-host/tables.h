// What the driver and the kernels that it compiles share. This text stands in front of each translated module, before ops.h.
#ifndef CUDA_ON_HOST_TABLES
#define CUDA_ON_HOST_TABLES
#include <stdint.h>

struct range { uint64_t low, high; };

// A work-item as its kernel sees it.
struct item {
  uint32_t tid[3], ntid[3], ctaid[3], nctaid[3];
  uint8_t *param, *shared, *local;
  uint64_t param_size, shared_size, local_size;
  struct range *sites;                                                        // where each load and store of the kernel last found its array
  struct range (*find)(struct item *, uint64_t address, uint32_t size);       // the allocation around the bytes, or an empty range
  void (*fail)(struct item *, int line, const char *what, uint64_t address, uint32_t size);  // does not return
  void (*wait)(struct item *, int line, int kind, uint32_t which);            // until all of a group (kind 0) or of a mask of a warp (kind 1) wait
  uint64_t *exchange;                                                         // 32 words that the work-items of a warp share
};

struct parameter_info { uint64_t offset, size; };

struct kernel_info {
  const char *name;
  void (*run)(struct item *);
  uint64_t param_size, shared_size, local_size;
  uint32_t sites, waits, parameters;
  const struct parameter_info *parameter;
  uint32_t maximum[3], required;
};

struct array_info { const char *name; void *address; uint64_t size; };

#endif
