// The driver's functions for streams, events and graphs. Work is done when it is asked for, so streams hold nothing.
#include "driver.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace {

std::mutex lock;
std::vector<Stream*> streams;

CUresult perform(const std::vector<Work>& works) {
  for (const Work& work : works) {
    CUresult result = work();
    if (result != CUDA_SUCCESS) {
      return result;
    }
  }
  return CUDA_SUCCESS;
}

CUresult created(CUstream* stream) {
  *stream = new Stream();
  std::lock_guard<std::mutex> guard(lock);
  streams.push_back(*stream);
  return CUDA_SUCCESS;
}

}  // namespace

CUresult enqueue(CUstream stream, const Work& work) {
  if (failed()) {
    return failed();
  }
  if (stream != nullptr && stream->capture) {
    stream->capture->works.push_back(work);
    return CUDA_SUCCESS;
  }
  return work();
}

EXPORT CUresult cuStreamCreate(CUstream* stream, unsigned) { return created(stream); }

EXPORT CUresult cuStreamCreateWithPriority(CUstream* stream, unsigned, int) { return created(stream); }

EXPORT CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  *least = 0;
  *greatest = 0;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamDestroy_v2(CUstream stream) {
  std::lock_guard<std::mutex> guard(lock);
  streams.erase(std::remove(streams.begin(), streams.end(), stream), streams.end());
  delete stream;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamSynchronize(CUstream stream) {
  return stream != nullptr && stream->capture ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : failed();
}

// A stream that waits for an event of a captured one belongs to the same graph from then on.
EXPORT CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  if (stream != nullptr && event->capture) {
    stream->capture = event->capture;
  }
  return failed();
}

EXPORT CUresult cuStreamBeginCapture_v2(CUstream stream, int) {
  stream->capture = std::make_shared<Graph>();
  return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamIsCapturing(CUstream stream, int* status) {
  *status = stream != nullptr && stream->capture ? 1 : 0;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  std::shared_ptr<Graph> captured = stream->capture;
  if (!captured) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *graph = new Graph(*captured);
  std::lock_guard<std::mutex> guard(lock);
  for (Stream* each : streams) {
    if (each->capture == captured) {
      each->capture = nullptr;
    }
  }
  return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphInstantiateWithFlags(CUgraphExec* exec, CUgraph graph, unsigned long long) {
  *exec = new GraphExec{graph->works};
  return CUDA_SUCCESS;
}

// The result's first field is 0 where the graph could take the place of the old one.
EXPORT CUresult cuGraphExecUpdate_v2(CUgraphExec exec, CUgraph graph, int* result) {
  exec->works = graph->works;
  *result = 0;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphLaunch(CUgraphExec exec, CUstream) { return failed() ? failed() : perform(exec->works); }

EXPORT CUresult cuGraphDestroy(CUgraph graph) {
  delete graph;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphExecDestroy(CUgraphExec exec) {
  delete exec;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuEventCreate(CUevent* event, unsigned) {
  *event = new Event();
  return CUDA_SUCCESS;
}

EXPORT CUresult cuEventDestroy_v2(CUevent event) {
  delete event;
  return CUDA_SUCCESS;
}

EXPORT CUresult cuEventRecord(CUevent event, CUstream stream) {
  event->time = std::chrono::steady_clock::now();
  event->capture = stream == nullptr ? nullptr : stream->capture;
  return failed();
}

EXPORT CUresult cuEventQuery(CUevent) { return failed(); }

EXPORT CUresult cuEventSynchronize(CUevent) { return failed(); }

EXPORT CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent from, CUevent to) {
  *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
  return CUDA_SUCCESS;
}
