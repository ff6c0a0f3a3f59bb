#include "fibre.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <new>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace host {
namespace {

// Only pages that are touched take memory.
constexpr size_t stackBytes = 256 * 1024;

#if defined(__x86_64__)

// Saves what a call must keep on the old stack and takes it from the new one. ucontext would ask the system at every switch.
extern "C" void cuda_on_host_switch(void** from, void* to);
asm(".text\n"
    ".hidden cuda_on_host_switch\n.globl cuda_on_host_switch\n.type cuda_on_host_switch, @function\n"
    "cuda_on_host_switch:\n"
    "  push %rbp\n  push %rbx\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  mov %rsp, (%rdi)\n  mov %rsi, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbx\n  pop %rbp\n"
    "  ret\n");

void* prepared(char* top, FibreBody body) {
  uint64_t* stack = reinterpret_cast<uint64_t*>(top);
  *--stack = 0;
  *--stack = reinterpret_cast<uint64_t>(body);
  for (int i = 0; i < 6; i++) {
    *--stack = 0;
  }
  return stack;
}

void change(void** from, void* to) { cuda_on_host_switch(from, to); }

#else

void* prepared(char* top, FibreBody body) {
  ucontext_t* context = new ucontext_t;
  getcontext(context);
  context->uc_stack.ss_sp = top - stackBytes + getpagesize();
  context->uc_stack.ss_size = stackBytes - getpagesize();
  context->uc_link = nullptr;
  makecontext(context, body, 0);
  return context;
}

void change(void** from, void* to) {
  ucontext_t here;
  *from = &here;
  ucontext_t* next = static_cast<ucontext_t*>(to);
  swapcontext(&here, next);
}

#endif

}  // namespace

Fibres::~Fibres() {
  if (stacks_ != nullptr) {
    munmap(stacks_, count_ * stackBytes);
  }
  delete[] saved_;
}

void Fibres::reserve(size_t count) {
  if (count <= count_) {
    return;
  }
  this->~Fibres();
  count_ = count;
  saved_ = new void*[count];
  void* memory = mmap(nullptr, count * stackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  stacks_ = static_cast<char*>(memory);
  for (size_t i = 0; i < count; i++) {
    mprotect(stacks_ + i * stackBytes, static_cast<size_t>(getpagesize()), PROT_NONE);
  }
}

void Fibres::start(size_t fibre, FibreBody body) { saved_[fibre] = prepared(stacks_ + (fibre + 1) * stackBytes, body); }

void Fibres::enter(size_t fibre) {
  current_ = fibre;
  change(&own_, saved_[fibre]);
}

void Fibres::leave() { change(&saved_[current_], own_); }

}  // namespace host
