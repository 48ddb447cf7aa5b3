#include "capture/byte_queue.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace heapdiff::capture {

namespace {

constexpr std::size_t kMaxWaitingBytes = std::size_t{8} << 20U;
constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;

}  // namespace

void ByteQueue::hand_over(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [&] { return waiting_bytes_ < kMaxWaitingBytes || unread_; });
  if (failed_) {
    std::rethrow_exception(failed_);
  }
  if (!unread_ && !filling_.empty()) {
    waiting_bytes_ += filling_.size();
    waiting_.push_back(std::exchange(filling_, {}));
  }
  filling_.clear();
  changed_.notify_all();
}

void ByteQueue::write(std::string_view bytes) {
  if (filling_.capacity() < kPieceBytes) {
    filling_.reserve(kPieceBytes);
  }
  filling_ += bytes;
  if (filling_.size() >= kPieceBytes) {
    std::unique_lock lock(mutex_);
    hand_over(lock);
  }
}

void ByteQueue::end() {
  std::unique_lock lock(mutex_);
  hand_over(lock);
  ended_ = true;
  changed_.notify_all();
}

void ByteQueue::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  waiting_.clear();
  waiting_bytes_ = 0;
  changed_.notify_all();
}

std::string ByteQueue::read() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !waiting_.empty() || ended_ || abandoned_; });
  if (abandoned_) {
    throw Abandoned{};
  }
  if (waiting_.empty()) {
    return {};
  }
  std::string piece = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= piece.size();
  changed_.notify_all();
  return piece;
}

void ByteQueue::stop_reading(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  unread_ = true;
  failed_ = std::move(error);
  waiting_.clear();
  waiting_bytes_ = 0;
  changed_.notify_all();
}

void ByteQueue::check() {
  const std::lock_guard lock(mutex_);
  if (failed_) {
    std::rethrow_exception(failed_);
  }
}

std::size_t QueueSource::read(std::span<char> buffer) {
  if (taken_ == piece_.size()) {
    piece_ = queue_.read();
    taken_ = 0;
  }
  const std::size_t n = std::min(buffer.size(), piece_.size() - taken_);
  std::memcpy(buffer.data(), piece_.data() + taken_, n);
  taken_ += n;
  return n;
}

}  // namespace heapdiff::capture
