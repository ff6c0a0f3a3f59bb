// Computes the groups of a launch. A kernel without barriers is a loop over work-items; one with barriers has a fibre for each work-item of a group,
// and between two barriers the work-items take turns from the first to the last, then from the last to the first: what a barrier should have kept apart
// is then seen in the numbers.
#include <setjmp.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include "fibre.hpp"
#include "host.hpp"

namespace host {
namespace {

class Worker;
thread_local Worker* active;

struct WorkItem : item {
  enum State { Ready, Waiting, Done } state;
  int kind, line;
  uint32_t which;
};

// Computes one group after another on its own thread, with its own shared and local memory.
class Worker {
 public:
  void work(const Launch& launch, std::atomic<uint64_t>& next, std::atomic<bool>& stop) {
    active = this;
    launch_ = &launch;
    kernel_ = launch.kernel;
    threads_ = launch.block[0] * launch.block[1] * launch.block[2];
    error_.clear();
    prepare();
    uint64_t groups = static_cast<uint64_t>(launch.grid[0]) * launch.grid[1] * launch.grid[2];
    for (uint64_t group = next++; group < groups && !stop; group = next++) {
      memset(shared_.data(), 0xff, shared_.size() * sizeof(Block));
      memset(local_.data(), 0xff, local_.size() * sizeof(Block));
      if (kernel_->waits > 0) {
        waitingGroup(group);
      } else {
        plainGroup(group);
      }
      if (!error_.empty()) {
        stop = true;
      }
    }
  }

  const std::string& error() const { return error_; }

 private:
  void prepare() {
    sites_.assign(kernel_->sites, range{0, 0});
    parameters_ = launch_->parameters;
    parameters_.resize(kernel_->param_size + 1);
    // Vectors, so that blocks are aligned.
    shared_.resize((kernel_->shared_size + launch_->shared) / sizeof(Block) + 1);
    localBlocks_ = kernel_->local_size / sizeof(Block) + 1;
    local_.resize(localBlocks_ * (kernel_->waits > 0 ? threads_ : 1));
    exchange_.assign((threads_ + 31) / 32 * 32, 0);
    items_.resize(kernel_->waits > 0 ? threads_ : 1);
    if (kernel_->waits > 0) {
      fibres_.reserve(threads_);
    }
    order_ = setting("ORDER", "alternate");
  }

  void describe(WorkItem& item, uint32_t thread, uint64_t group, size_t place) {
    for (int i = 0; i < 3; i++) {
      item.ntid[i] = launch_->block[i];
      item.nctaid[i] = launch_->grid[i];
      item.tid[i] = thread % launch_->block[i];
      thread /= launch_->block[i];
      item.ctaid[i] = static_cast<uint32_t>(group % launch_->grid[i]);
      group /= launch_->grid[i];
    }
    item.param = parameters_.data();
    item.param_size = kernel_->param_size;
    item.shared = reinterpret_cast<uint8_t*>(shared_.data());
    item.shared_size = kernel_->shared_size + launch_->shared;
    item.local = reinterpret_cast<uint8_t*>(local_.data() + place * localBlocks_);
    item.local_size = kernel_->local_size;
    item.sites = sites_.data();
    item.find = [](struct item*, uint64_t address, uint32_t bytes) { return memory().find(address, bytes); };
    item.fail = [](struct item* failed, int line, const char* what, uint64_t address, uint32_t bytes) {
      active->fail(*failed, line, what, address, bytes);
    };
    item.wait = [](struct item* waiting, int line, int kind, uint32_t which) {
      active->wait(*static_cast<WorkItem*>(waiting), line, kind, which);
    };
    item.exchange = exchange_.data() + flat(item) / 32 * 32;
    item.state = WorkItem::Ready;
  }

  static uint32_t flat(const item& item) { return item.tid[0] + item.ntid[0] * (item.tid[1] + item.ntid[1] * item.tid[2]); }

  void plainGroup(uint64_t group) {
    if (setjmp(stop_) != 0) {
      return;
    }
    describe(items_[0], 0, group, 0);
    for (uint32_t thread = 0; thread < threads_; thread++) {
      uint32_t rest = thread;
      for (int i = 0; i < 3; i++) {
        items_[0].tid[i] = rest % launch_->block[i];
        rest /= launch_->block[i];
      }
      if (kernel_->local_size > 0) {
        memset(local_.data(), 0xff, local_.size() * sizeof(Block));
      }
      kernel_->run(&items_[0]);
    }
  }

  static void body() {
    Worker& worker = *active;
    worker.kernel_->run(&worker.items_[worker.current_]);
    worker.items_[worker.current_].state = WorkItem::Done;
    worker.fibres_.leave();
  }

  void waitingGroup(uint64_t group) {
    for (uint32_t thread = 0; thread < threads_; thread++) {
      describe(items_[thread], thread, group, thread);
      fibres_.start(thread, body);
    }
    bool backwards = order_ == "descending";
    do {
      for (uint32_t i = 0; i < threads_ && error_.empty(); i++) {
        current_ = backwards ? threads_ - 1 - i : i;
        if (items_[current_].state == WorkItem::Ready) {
          fibres_.enter(current_);
        }
      }
      backwards ^= order_ == "alternate";
    } while (error_.empty() && release());
  }

  // Lets go on who may; false when all have ended, or with an error when nobody may.
  bool release() {
    uint32_t done = 0, released = 0;
    const WorkItem* first = nullptr;
    bool together = true;
    for (const WorkItem& item : items_) {
      done += item.state == WorkItem::Done;
      if (item.state == WorkItem::Waiting) {
        first = first == nullptr ? &item : first;
        together &= item.kind == 0 && first->kind == 0 && item.which == first->which;
      }
    }
    if (first == nullptr) {
      return false;
    }
    if (together && done == 0) {
      for (WorkItem& item : items_) {
        item.state = WorkItem::Ready;
      }
      return true;
    }
    for (uint32_t warp = 0; warp < threads_; warp += 32) {
      released += releaseWarp(warp);
    }
    if (released == 0) {
      error_ = done > 0 ? std::to_string(done) + " of " + std::to_string(threads_) + " work-items of a group ended while others wait at the barrier"
                        : "work-items of a group wait at different barriers, one of them";
      error_ += " in line " + std::to_string(first->line);
    }
    return released > 0;
  }

  uint32_t releaseWarp(uint32_t warp) {
    uint32_t released = 0, size = std::min(32u, threads_ - warp);
    for (uint32_t lane = 0; lane < size; lane++) {
      WorkItem& item = items_[warp + lane];
      if (item.state != WorkItem::Waiting || item.kind != 1) {
        continue;
      }
      uint32_t mask = item.which;
      bool all = true;
      for (uint32_t other = 0; other < size; other++) {
        const WorkItem& there = items_[warp + other];
        all &= !(mask >> other & 1) || (there.state == WorkItem::Waiting && there.kind == 1 && there.which == mask);
      }
      for (uint32_t other = 0; all && other < size; other++) {
        if (mask >> other & 1) {
          items_[warp + other].state = WorkItem::Ready;
          released++;
        }
      }
    }
    return released;
  }

  void wait(WorkItem& item, int line, int kind, uint32_t which) {
    item.state = WorkItem::Waiting;
    item.line = line;
    item.kind = kind;
    item.which = which;
    fibres_.leave();
  }

  [[noreturn]] void fail(const item& item, int line, const char* what, uint64_t address, uint32_t bytes) {
    char text[400];
    snprintf(text, sizeof text, "%s: %u bytes at 0x%llx, in line %d, work-item %u,%u,%u of group %u,%u,%u", what, bytes,
             static_cast<unsigned long long>(address), line, item.tid[0], item.tid[1], item.tid[2], item.ctaid[0], item.ctaid[1], item.ctaid[2]);
    error_ = text;
    if (kernel_->waits == 0) {
      longjmp(stop_, 1);
    }
    fibres_.leave();
    abort();
  }

  struct alignas(256) Block {
    uint8_t bytes[256];
  };

  const Launch* launch_ = nullptr;
  const kernel_info* kernel_ = nullptr;
  uint32_t threads_ = 0, current_ = 0;
  size_t localBlocks_ = 0;
  std::vector<range> sites_;
  std::vector<uint8_t> parameters_;
  std::vector<Block> shared_, local_;
  std::vector<uint64_t> exchange_;
  std::vector<WorkItem> items_;
  std::string order_ = "alternate", error_;
  Fibres fibres_;
  jmp_buf stop_;
};

// Below this many work-items a second thread costs more than it saves.
constexpr uint64_t fewItems = 512;

}  // namespace

CUresult launch(const Launch& launch, std::string& error) {
  static std::mutex lock;
  static auto* workers = new std::vector<std::unique_ptr<Worker>>();
  std::lock_guard<std::mutex> guard(lock);
  uint64_t groups = static_cast<uint64_t>(launch.grid[0]) * launch.grid[1] * launch.grid[2];
  uint64_t items = groups * launch.block[0] * launch.block[1] * launch.block[2];
  uint64_t most = std::stoull(setting("THREADS", std::to_string(std::max(1u, std::thread::hardware_concurrency()))));
  size_t count = items < fewItems ? 1 : static_cast<size_t>(std::max<uint64_t>(1, std::min(most, groups)));
  while (workers->size() < count) {
    workers->push_back(std::make_unique<Worker>());
  }
  std::atomic<uint64_t> next{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> others;
  for (size_t i = 1; i < count; i++) {
    others.emplace_back([&, i] { (*workers)[i]->work(launch, next, stop); });
  }
  (*workers)[0]->work(launch, next, stop);
  for (std::thread& other : others) {
    other.join();
  }
  for (size_t i = 0; i < count; i++) {
    if (!(*workers)[i]->error().empty()) {
      error = (*workers)[i]->error();
      return error.find(" bytes at ") != std::string::npos && error.find("trap") != 0 ? CUDA_ERROR_ILLEGAL_ADDRESS : CUDA_ERROR_LAUNCH_FAILED;
    }
  }
  return CUDA_SUCCESS;
}

}  // namespace host
