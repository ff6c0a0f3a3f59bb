#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "host.hpp"

extern char** environ;

namespace host {

std::string setting(const char* name, const std::string& otherwise) {
  const char* value = getenv((std::string("CUDA_ON_HOST_") + name).c_str());
  return value == nullptr || *value == 0 ? otherwise : value;
}

bool verbose() { return setting("VERBOSE", "0") != "0"; }

std::string program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return access(name.c_str(), X_OK) == 0 ? name : "";
  }
  const char* path = getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/local/cuda/bin");
  std::string folder;
  while (std::getline(folders, folder, ':')) {
    std::string file = folder + "/" + name;
    if (!folder.empty() && access(file.c_str(), X_OK) == 0) {
      return file;
    }
  }
  return "";
}

int run(const std::vector<std::string>& command, const std::string& output) {
  std::string file = program(command[0]);
  if (file.empty()) {
    return 127;
  }
  std::vector<char*> arguments, environment;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  // A compiler is to load its own libraries, not this one.
  for (char** entry = environ; *entry != nullptr; entry++) {
    if (strncmp(*entry, "LD_LIBRARY_PATH=", 16) != 0 && strncmp(*entry, "LD_PRELOAD=", 11) != 0) {
      environment.push_back(*entry);
    }
  }
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child;
  int failed = posix_spawn(&child, file.c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (failed != 0 || waitpid(child, &status, 0) != child) {
    return 127;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string readFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void writeFile(const std::string& name, const std::string& text) {
  std::string beside = name + "." + std::to_string(getpid());
  std::ofstream(beside, std::ios::binary) << text;
  rename(beside.c_str(), name.c_str());
}

std::string cacheFolder() {
  const char* temporary = getenv("TMPDIR");
  std::string folder = setting("CACHE", std::string(temporary == nullptr ? "/tmp" : temporary) + "/cuda-on-host-" + std::to_string(getuid()));
  mkdir(folder.c_str(), 0700);
  return folder;
}

// FNV-1a from two starts.
std::string hashOf(const std::string& text) {
  uint64_t a = 0xcbf29ce484222325ull, b = 0x84222325cbf29ce4ull;
  for (unsigned char c : text) {
    a = (a ^ c) * 0x100000001b3ull;
    b = (b ^ (c + 1u)) * 0x100000001b3ull;
  }
  char name[40];
  snprintf(name, sizeof name, "%016llx%016llx", static_cast<unsigned long long>(a), static_cast<unsigned long long>(b));
  return name;
}

}  // namespace host
