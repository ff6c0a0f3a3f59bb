// NVRTC's functions, answered by nvcc: CUDA C in, PTX out. Where there is no nvcc, a compilation fails and says so.
#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>

#include "driver.hpp"

struct Program {
  std::string source, ptx, log;
};

using nvrtcProgram = Program*;
using nvrtcResult = int;

namespace {

constexpr nvrtcResult success = 0, invalidInput = 3, compilation = 6;

// Options that nvcc knows under the same name; what names a device is left out, since the PTX is for a test device.
bool passedOn(const std::string& option) {
  return option.find("fast_math") != std::string::npos || option.find("fast-math") != std::string::npos || option.rfind("--fmad", 0) == 0 ||
         option.rfind("-fmad", 0) == 0 || option.rfind("--std", 0) == 0 || option.rfind("-std", 0) == 0 || option.rfind("-D", 0) == 0 ||
         option.rfind("-I", 0) == 0 || option.rfind("--include-path", 0) == 0 || option.rfind("--define-macro", 0) == 0;
}

std::string nvccWord(const std::string& option) { return option.find("fast") != std::string::npos && option[0] == '-' && option[1] != '-' ? "-" + option : option; }

}  // namespace

EXPORT nvrtcResult nvrtcCreateProgram(nvrtcProgram* program, const char* source, const char*, int, const char* const*, const char* const*) {
  *program = new Program{source, "", ""};
  return success;
}

EXPORT nvrtcResult nvrtcDestroyProgram(nvrtcProgram* program) {
  delete *program;
  *program = nullptr;
  return success;
}

EXPORT nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int count, const char* const* options) {
  std::string nvcc = host::setting("NVCC", "nvcc"), key = program->source;
  std::vector<std::string> command = {nvcc, "-ptx", "-arch=" + host::setting("NVCC_ARCH", "compute_90")};
  for (int i = 0; i < count; i++) {
    if (passedOn(options[i])) {
      command.push_back(nvccWord(options[i]));
    }
  }
  for (const std::string& word : command) {
    key += " " + word;
  }
  std::string base = host::cacheFolder() + "/" + host::hashOf(key), file = base + ".cu.ptx";
  if (host::program(nvcc).empty()) {
    program->log = "CUDA C is compiled by nvcc here, and there is none on the PATH (a test device, no GPU)";
    fprintf(stderr, "%s\n", program->log.c_str());
    return compilation;
  }
  program->ptx = host::readFile(file);
  if (program->ptx.empty()) {
    std::string own = base + "." + std::to_string(getpid()) + ".ptx";
    host::writeFile(base + ".cu", program->source);
    command.insert(command.end(), {base + ".cu", "-o", own});
    int status = host::run(command, base + ".log");
    program->log = host::readFile(base + ".log");
    if (status != 0) {
      fprintf(stderr, "nvcc refuses %s.cu: %.2000s\n", base.c_str(), program->log.c_str());
      return compilation;
    }
    program->ptx = host::readFile(own);
    rename(own.c_str(), file.c_str());
  }
  return success;
}

EXPORT nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t* size) {
  *size = program->log.size() + 1;
  return success;
}

EXPORT nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char* log) {
  strcpy(log, program->log.c_str());
  return success;
}

EXPORT nvrtcResult nvrtcGetPTXSize(nvrtcProgram program, size_t* size) {
  *size = program->ptx.size() + 1;
  return program->ptx.empty() ? invalidInput : success;
}

EXPORT nvrtcResult nvrtcGetPTX(nvrtcProgram program, char* ptx) {
  strcpy(ptx, program->ptx.c_str());
  return program->ptx.empty() ? invalidInput : success;
}

// There is no machine code: the driver beside this library takes PTX in its place.
EXPORT nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t* size) { return nvrtcGetPTXSize(program, size); }

EXPORT nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char* image) { return nvrtcGetPTX(program, image); }

EXPORT nvrtcResult nvrtcGetNumSupportedArchs(int* count) {
  *count = 1;
  return success;
}

EXPORT nvrtcResult nvrtcGetSupportedArchs(int* archs) {
  archs[0] = 90;
  return success;
}

EXPORT nvrtcResult nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = 0;
  return success;
}

EXPORT const char* nvrtcGetErrorString(nvrtcResult result) {
  return result == success ? "no error" : result == compilation ? "compilation failed, see the log" : "invalid input";
}
