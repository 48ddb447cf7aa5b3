#include "capture/snapshot_writer.h"

#include "heapdiff/reports/output_file.h"
#include "heapdiff/snapshot/compress.h"
#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace heapdiff::capture {

namespace {

constexpr std::size_t kMaxWaitingBytes = std::size_t{8} << 20U;
constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;
constexpr std::size_t kTailBytes = 16;

class FileSink final : public ByteSink {
 public:
  explicit FileSink(OutputFile& file) : file_(file) {}
  void write(std::string_view bytes) override { file_.write(bytes); }

 private:
  OutputFile& file_;
};

}  // namespace

struct SnapshotWriter::Shared {
  explicit Shared(const std::string& path)
      : file(path, OutputFile::For::owner), sink(file), compressor(compressing_sink(path, sink)) {}

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return !waiting.empty() || ended; });
      if (waiting.empty()) {
        return;
      }
      const std::string piece = std::move(waiting.front());
      waiting.pop_front();
      const bool abandoned = failed != nullptr;
      lock.unlock();
      std::exception_ptr error;
      try {
        if (!abandoned) {
          compressor->write(piece);
        }
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      waiting_bytes -= piece.size();
      failed = failed ? failed : error;
      changed.notify_all();
    }
  }
  void end() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
      changed.notify_all();
    }
    if (thread.joinable()) {
      thread.join();
    }
  }

  OutputFile file;
  FileSink sink;
  std::unique_ptr<CompressingSink> compressor;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> waiting;
  std::size_t waiting_bytes = 0;
  bool ended = false;
  std::exception_ptr failed;
  std::string filling;
  std::thread thread;
};

SnapshotWriter::SnapshotWriter(const std::string& path) : shared_(std::make_unique<Shared>(path)) {
  shared_->filling.reserve(kPieceBytes);
  shared_->thread = std::thread([shared = shared_.get()] { shared->run(); });
}

SnapshotWriter::~SnapshotWriter() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->waiting.clear();
  }
  shared_->end();
}

void SnapshotWriter::write(std::string_view bytes) {
  tail_ =
      bytes.size() >= kTailBytes ? std::string(bytes.substr(bytes.size() - kTailBytes)) : (tail_ + std::string(bytes));
  tail_.erase(0, tail_.size() - std::min(tail_.size(), kTailBytes));
  std::string& filling = shared_->filling;
  filling += bytes;
  if (filling.size() < kPieceBytes) {
    return;
  }
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait(lock, [&] { return shared_->waiting_bytes < kMaxWaitingBytes || shared_->failed; });
  if (shared_->failed) {
    std::rethrow_exception(shared_->failed);
  }
  shared_->waiting_bytes += filling.size();
  shared_->waiting.push_back(std::exchange(filling, {}));
  filling.reserve(kPieceBytes);
  shared_->changed.notify_all();
}

void SnapshotWriter::commit() {
  const std::size_t end = tail_.find_last_not_of(" \t\r\n");
  if (end == std::string::npos || tail_[end] != '}') {
    throw Error(ErrorKind::input, "the target's snapshot ends too early");
  }
  shared_->end();
  if (shared_->failed) {
    std::rethrow_exception(shared_->failed);
  }
  shared_->compressor->write(shared_->filling);
  shared_->compressor->finish();
  shared_->file.commit();
}

}  // namespace heapdiff::capture
