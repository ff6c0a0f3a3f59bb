// What stands behind the driver's handles.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host.hpp"

#define EXPORT extern "C" __attribute__((visibility("default")))

using Work = std::function<CUresult()>;

struct Context {};

// Work in the order in which it was asked for, instead of being done.
struct Graph {
  std::vector<Work> works;
};

struct GraphExec {
  std::vector<Work> works;
};

struct Stream {
  std::shared_ptr<Graph> capture;
};

struct Event {
  std::chrono::steady_clock::time_point time;
  std::shared_ptr<Graph> capture;
};

// Writes a line to standard error, so that a failure is seen whatever the caller makes of a number.
void say(const std::string& text);
// After a failed launch a context answers with its error, as a device's does.
CUresult failed();
void fail(CUresult error);
// Does the work now, or keeps it for a graph when the stream is being captured.
CUresult enqueue(CUstream stream, const Work& work);
