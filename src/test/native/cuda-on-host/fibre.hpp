// Contexts that one thread switches between, one a work-item of a group that waits at barriers.
#pragma once

#include <cstddef>

namespace host {

// What runs in a fibre; it ends by switching away for good.
using FibreBody = void (*)();

// Stacks for a number of fibres, each with a page below it that may not be touched.
class Fibres {
 public:
  ~Fibres();
  // Makes room for a number of fibres; stacks that are there stay.
  void reserve(size_t count);
  void start(size_t fibre, FibreBody body);
  // From the caller's own stack into a fibre, until it comes back.
  void enter(size_t fibre);
  void leave();

 private:
  char* stacks_ = nullptr;
  size_t count_ = 0, current_ = 0;
  void** saved_ = nullptr;
  void* own_ = nullptr;
};

}  // namespace host
