#include "io/prefetch.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace heapdiff::io {
namespace {

constexpr std::size_t kBlockCount = 4;
constexpr std::size_t kPrefetchBlockBytes = std::size_t{512} << 10U;

class PrefetchingSource final : public ByteSource {
 public:
  explicit PrefetchingSource(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
    for (Block& block : ring_) {
      block.bytes.resize(kPrefetchBlockBytes);
    }
    thread_ = std::thread([this] { fill(); });
  }
  ~PrefetchingSource() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  std::size_t read(std::span<char> buffer) override {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return filled_ > 0 || ended_; });
      if (filled_ == 0) {
        if (error_) {
          std::rethrow_exception(error_);
        }
        return 0;
      }
    }
    Block& block = ring_[reader_];  // the other thread does not write it before `filled_` is lowered
    const std::size_t n = std::min(buffer.size(), block.size - at_);
    std::memcpy(buffer.data(), block.bytes.data() + at_, n);
    at_ += n;
    if (at_ == block.size) {
      at_ = 0;
      reader_ = (reader_ + 1) % kBlockCount;
      {
        const std::lock_guard lock(mutex_);
        --filled_;
      }
      changed_.notify_all();
    }
    return n;
  }
  std::optional<std::uint64_t> size_bytes() const override { return source_->size_bytes(); }
  std::uint64_t stored_bytes_read() const override { return stored_.load(std::memory_order_relaxed); }
  std::optional<std::uint64_t> stored_size_bytes() const override { return source_->stored_size_bytes(); }
  void check_unchanged() const override { source_->check_unchanged(); }

 private:
  struct Block {
    std::vector<char> bytes;
    std::size_t size = 0;
  };

  void fill() {
    try {
      while (true) {
        {
          std::unique_lock lock(mutex_);
          changed_.wait(lock, [this] { return filled_ < kBlockCount || stop_; });
          if (stop_) {
            return;
          }
        }
        Block& block = ring_[writer_];
        block.size = source_->read(block.bytes);
        stored_.store(source_->stored_bytes_read(), std::memory_order_relaxed);
        {
          const std::lock_guard lock(mutex_);
          if (block.size == 0) {
            ended_ = true;
          } else {
            ++filled_;
            writer_ = (writer_ + 1) % kBlockCount;
          }
        }
        changed_.notify_all();
        if (block.size == 0) {
          return;
        }
      }
    } catch (...) {
      {
        const std::lock_guard lock(mutex_);
        error_ = std::current_exception();
        ended_ = true;
      }
      changed_.notify_all();
    }
  }

  std::unique_ptr<ByteSource> source_;
  std::array<Block, kBlockCount> ring_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0;  // guarded by mutex_
  bool ended_ = false;      // guarded by mutex_
  bool stop_ = false;       // guarded by mutex_
  std::exception_ptr error_;
  std::size_t reader_ = 0;
  std::size_t at_ = 0;
  std::size_t writer_ = 0;
  std::atomic<std::uint64_t> stored_ = 0;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<ByteSource> prefetch(std::unique_ptr<ByteSource> source) {
  return std::make_unique<PrefetchingSource>(std::move(source));
}

}  // namespace heapdiff::io
