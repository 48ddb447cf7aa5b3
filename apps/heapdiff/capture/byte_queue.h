#pragma once
// Bytes on their way from one thread to another.

#include "heapdiff/snapshot/byte_source.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>

namespace heapdiff::capture {

/// One thread writes, and one other thread reads. At most 8 MB wait in between, so that the writer waits for a slow
/// reader.
class ByteQueue {
 public:
  /// Thrown by read() after abandon().
  struct Abandoned {};

  /// Throws what the reader failed with.
  void write(std::string_view bytes);
  /// Nothing more will be written. Throws what the reader failed with.
  void end();
  /// What was written does not matter any more.
  void abandon();
  /// For the reader: the next piece; empty at the end. Throws Abandoned.
  [[nodiscard]] std::string read();
  /// The reader reads no further. `error`: why; null where it has all that it needs.
  void stop_reading(std::exception_ptr error);
  /// Throws what the reader failed with.
  void check();

 private:
  void hand_over(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::string filling_;  ///< of the writer alone
  bool ended_ = false;
  bool abandoned_ = false;
  bool unread_ = false;  ///< the reader has stopped
  std::exception_ptr failed_;
};

/// What the queue gives, as a source. Both have to be used by the same reader.
class QueueSource final : public ByteSource {
 public:
  explicit QueueSource(ByteQueue& queue) : queue_(queue) {}
  [[nodiscard]] std::size_t read(std::span<char> buffer) override;

 private:
  ByteQueue& queue_;
  std::string piece_;
  std::size_t taken_ = 0;
};

}  // namespace heapdiff::capture
