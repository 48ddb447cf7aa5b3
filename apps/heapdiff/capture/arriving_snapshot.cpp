#include "capture/arriving_snapshot.h"

#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <utility>

namespace heapdiff::capture {

namespace {

constexpr std::size_t kTailBytes = 16;

}  // namespace

ArrivingSnapshot::ArrivingSnapshot(std::function<void(ByteQueue&)> take, std::function<void()> keep)
    : take_(std::move(take)), keep_(std::move(keep)) {}

ArrivingSnapshot::~ArrivingSnapshot() {
  queue_.abandon();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void ArrivingSnapshot::run() {
  try {
    take_(queue_);
    queue_.stop_reading(nullptr);
  } catch (...) {
    queue_.stop_reading(std::current_exception());
  }
}

void ArrivingSnapshot::write(std::string_view bytes) {
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { run(); });
  }
  tail_ =
      bytes.size() >= kTailBytes ? std::string(bytes.substr(bytes.size() - kTailBytes)) : tail_ + std::string(bytes);
  tail_.erase(0, tail_.size() - std::min(tail_.size(), kTailBytes));
  queue_.write(bytes);
}

void ArrivingSnapshot::commit() {
  const std::size_t end = tail_.find_last_not_of(" \t\r\n");
  if (end == std::string::npos || tail_[end] != '}') {
    throw Error(ErrorKind::input, "the target's snapshot ends too early");
  }
  queue_.end();
  thread_.join();
  queue_.check();
  keep_();
}

}  // namespace heapdiff::capture
