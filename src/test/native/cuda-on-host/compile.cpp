// PTX to code of this machine: ptxas judges it where there is one, the translator makes C of it, the C compiler the rest.
#include <dlfcn.h>
#include <unistd.h>

#include <stdexcept>

#include "host.hpp"
#include "ptx.hpp"

// The headers of the generated C, as they were when this library was built.
asm(".section .rodata\n"
    "tables_start: .incbin \"tables.h\"\n"
    "tables_end: .byte 0\n"
    "ops_start: .incbin \"ops.h\"\n"
    "ops_end: .byte 0\n"
    ".text\n");
extern "C" const char tables_start[], ops_start[];

namespace host {
namespace {

bool exists(const std::string& name) { return access(name.c_str(), R_OK) == 0; }

std::string firstLines(const std::string& text) { return text.substr(0, 2000); }

// The verdict is kept: the same text is not judged twice.
void judge(const std::string& text, const std::string& folder) {
  std::string ptxas = setting("PTXAS", "ptxas");
  if (ptxas == "off" || program(ptxas).empty()) {
    return;
  }
  std::string arch = setting("ARCH", "sm_90"), base = folder + "/" + hashOf(text + arch);
  if (exists(base + ".ptxas")) {
    return;
  }
  writeFile(base + ".ptx", text);
  int status = run({ptxas, "-v", "-arch=" + arch, base + ".ptx", "-o", "/dev/null"}, base + ".log");
  if (status != 0) {
    throw std::runtime_error("ptxas refuses " + base + ".ptx: " + firstLines(readFile(base + ".log")));
  }
  rename((base + ".log").c_str(), (base + ".ptxas").c_str());
}

// A module of hundreds of kernels is one that tests instructions: each runs once, and optimising it all takes minutes.
constexpr size_t LARGE = 400000;

std::vector<std::string> command(size_t size) {
  std::vector<std::string> words = {setting("CC", "gcc"), "-std=gnu11", size > LARGE ? "-O0" : "-O1", "-w", "-shared", "-fPIC", "-ffp-contract=off", "-fno-math-errno",
                                    "-fno-strict-aliasing"};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma")) {
    words.push_back("-mfma");
  }
#endif
  return words;
}

std::string translated(const std::string& text) {
  return std::string(tables_start) + "\n" + ops_start + "\n" + ptx::translate(ptx::parse(text));
}

}  // namespace

Compiled compile(const std::string& text) {
  std::string folder = cacheFolder();
  judge(text, folder);
  std::string source = translated(text);
  std::vector<std::string> words = command(source.size());
  std::string key = source;
  for (const std::string& word : words) {
    key += " " + word;
  }
  std::string base = folder + "/" + hashOf(key), library = base + ".so";
  if (!exists(library)) {
    std::string own = base + "." + std::to_string(getpid()) + ".so";
    writeFile(base + ".c", source);
    words.insert(words.end(), {base + ".c", "-o", own, "-lm"});
    int status = run(words, base + ".log");
    if (status != 0) {
      throw std::runtime_error(status == 127 ? "the C compiler " + words[0] + " is not there"
                                             : "the C compiler refuses " + base + ".c: " + firstLines(readFile(base + ".log")));
    }
    rename(own.c_str(), library.c_str());
  }
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw std::runtime_error(dlerror());
  }
  return {static_cast<const kernel_info*>(dlsym(handle, "cuda_on_host_kernels")),
          static_cast<const array_info*>(dlsym(handle, "cuda_on_host_arrays"))};
}

}  // namespace host
