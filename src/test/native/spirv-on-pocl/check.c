// Tries spirv_on_pocl.c: check MODULE runs the module's kernel "thrice" (x[i] = 3 i + 1) on the first device and wants a text that is no module refused.
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { items = 100 };

static void need(int holds, const char *what) {
  if (!holds) {
    printf("%s\n", what);
    exit(1);
  }
}

int main(int count, char **arguments) {
  need(count == 2, "usage: check MODULE");
  cl_platform_id platform;
  cl_device_id device;
  cl_int error;
  char version[100];
  need(clGetPlatformIDs(1, &platform, NULL) == CL_SUCCESS, "no platform");
  need(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL) == CL_SUCCESS, "no device");
  need(clGetDeviceInfo(device, CL_DEVICE_IL_VERSION, sizeof version, version, NULL) == CL_SUCCESS && strcmp(version, "SPIR-V_1.2") == 0, "no SPIR-V");
  need(clGetDeviceInfo(device, CL_DEVICE_IL_VERSION, 3, version, NULL) == CL_INVALID_VALUE, "a version in 3 bytes");
  cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &error);
  cl_command_queue queue = clCreateCommandQueueWithProperties(context, device, NULL, &error);

  need(clCreateProgramWithIL(context, "no module", 9, &error) == NULL && error == CL_INVALID_VALUE, "a text that is no module was taken");

  static char module[1 << 20];
  FILE *file = fopen(arguments[1], "rb");
  need(file != NULL, "the module cannot be read");
  size_t length = fread(module, 1, sizeof module, file);
  cl_program program = clCreateProgramWithIL(context, module, length, &error);
  need(program != NULL, "the module was refused");
  need(clBuildProgram(program, 1, &device, "", NULL, NULL) == CL_SUCCESS, "the module does not build");
  cl_kernel kernel = clCreateKernel(program, "thrice", &error);
  need(error == CL_SUCCESS, "no kernel thrice");
  cl_mem memory = clCreateBuffer(context, CL_MEM_READ_WRITE, items * sizeof(int), NULL, &error);
  size_t global = items;
  need(clSetKernelArg(kernel, 0, sizeof memory, &memory) == CL_SUCCESS, "no argument");
  need(clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, NULL, 0, NULL, NULL) == CL_SUCCESS, "no launch");
  int found[items];
  need(clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, sizeof found, found, 0, NULL, NULL) == CL_SUCCESS, "no result");
  for (int i = 0; i < items; i++) {
    need(found[i] == 3 * i + 1, "a wrong number");
  }
  printf("right\n");
  return 0;
}
