#pragma once
// A snapshot that arrives: a thread of its own takes its bytes, so that the target does not wait for the disk.

#include "capture/byte_queue.h"
#include "heapdiff/snapshot/redact_snapshot.h"

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace heapdiff::capture {

class ArrivingSnapshot final : public ByteSink {
 public:
  /// `take` reads the queue to its end, on a thread that begins with the first byte. `keep` is called by commit(),
  /// after `take` has returned. Both have to be valid as long as this is.
  ArrivingSnapshot(std::function<void(ByteQueue&)> take, std::function<void()> keep);
  /// Without commit() `take` is ended by ByteQueue::Abandoned, and `keep` is not called.
  ~ArrivingSnapshot() override;

  /// Throws what `take` threw.
  void write(std::string_view bytes) override;
  /// Throws Error{input} where what was written does not end as a snapshot does, and what `take` and `keep` throw.
  void commit();

 private:
  void run();

  std::function<void(ByteQueue&)> take_;
  std::function<void()> keep_;
  ByteQueue queue_;
  std::string tail_;  ///< the last bytes
  std::thread thread_;
};

}  // namespace heapdiff::capture
