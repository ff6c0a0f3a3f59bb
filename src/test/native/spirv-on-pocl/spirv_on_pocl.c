// Lets PoCL take SPIR-V, which its Debian build does not: loaded in front of an OpenCL program (LD_PRELOAD), it answers that a device takes SPIR-V 1.2,
// has each module judged by spirv-val, and hands PoCL the bitcode that llvm-spirv makes of it. Files of a process go to the folder SPIRV_ON_POCL.
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char version[] = "SPIR-V_1.2";

// The function of the real library, which the program has loaded as well.
static void *real(const char *name) {
  static void *library;
  if (library == NULL) {
    library = dlopen("libOpenCL.so.1", RTLD_LAZY | RTLD_GLOBAL);
  }
  return dlsym(library, name);
}

cl_int clGetDeviceInfo(cl_device_id device, cl_device_info asked, size_t size, void *answer, size_t *needed) {
  if (asked != CL_DEVICE_IL_VERSION) {
    cl_int (*ask)(cl_device_id, cl_device_info, size_t, void *, size_t *) = real("clGetDeviceInfo");
    return ask(device, asked, size, answer, needed);
  }
  if (needed != NULL) {
    *needed = sizeof version;
  }
  if (answer != NULL && size < sizeof version) {
    return CL_INVALID_VALUE;
  }
  if (answer != NULL) {
    memcpy(answer, version, sizeof version);
  }
  return CL_SUCCESS;
}

// The bitcode of a module, or NULL when a tool refuses it; what it said stands in the folder.
static unsigned char *bitcode(const void *module, size_t length, size_t *size) {
  static int count;
  char base[400], command[2500];
  const char *folder = getenv("SPIRV_ON_POCL");
  if (snprintf(base, sizeof base, "%s/%d_%03d", folder == NULL ? "/tmp" : folder, getpid(), __sync_fetch_and_add(&count, 1)) >= (int)sizeof base) {
    fprintf(stderr, "spirv-on-pocl: the folder's name %s is too long\n", folder);
    return NULL;
  }
  snprintf(command, sizeof command, "%s.spv", base);
  FILE *file = fopen(command, "wb");
  if (file == NULL) {
    fprintf(stderr, "spirv-on-pocl: cannot write %s\n", command);
    return NULL;
  }
  fwrite(module, 1, length, file);
  fclose(file);
  snprintf(command, sizeof command,
           "unset LD_PRELOAD; spirv-val --target-env spv1.2 %s.spv > %s.log 2>&1 && llvm-spirv-15 -r --spirv-target-env=CL1.2 %s.spv -o %s.bc >> %s.log 2>&1",
           base, base, base, base, base);
  int status = system(command);
  snprintf(command, sizeof command, "%s.bc", base);
  file = status == 0 ? fopen(command, "rb") : NULL;
  if (file == NULL) {
    fprintf(stderr, "spirv-on-pocl: %s.spv is refused, see %s.log\n", base, base);
    return NULL;
  }
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*size);
  if (fread(bytes, 1, *size, file) != *size) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

cl_program clCreateProgramWithIL(cl_context context, const void *module, size_t length, cl_int *error) {
  cl_int (*ask)(cl_context, cl_context_info, size_t, void *, size_t *) = real("clGetContextInfo");
  cl_program (*create)(cl_context, cl_uint, const cl_device_id *, const size_t *, const unsigned char **, cl_int *, cl_int *) =
      real("clCreateProgramWithBinary");
  cl_device_id device;
  cl_int status = CL_SUCCESS;
  size_t size = 0;
  unsigned char *bytes = bitcode(module, length, &size);
  if (bytes == NULL || ask(context, CL_CONTEXT_DEVICES, sizeof device, &device, NULL) != CL_SUCCESS) {
    if (error != NULL) {
      *error = CL_INVALID_VALUE;
    }
    free(bytes);
    return NULL;
  }
  const unsigned char *binary = bytes;
  cl_program program = create(context, 1, &device, &size, &binary, &status, error);
  free(bytes);
  return program;
}
