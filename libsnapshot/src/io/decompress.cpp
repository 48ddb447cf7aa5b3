// Streaming decompression of gzip (all members) and zstd (all frames), with a limit on how far a small file may expand.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace heapdiff {
namespace {

constexpr std::size_t kInputBlockBytes = std::size_t{256} << 10U;
/// From this size on the ratio is checked, whatever the limits allow: one string may be all of it, and a string is kept
/// whole.
constexpr std::uint64_t kMaxUncheckedBytes = std::uint64_t{16} << 20U;
constexpr int kMaxWindowLog = 27;  // the most that the zstd command accepts without an option

/// A source whose first bytes were read already. Gives those first.
class RewoundSource final : public ByteSource {
 public:
  RewoundSource(std::unique_ptr<ByteSource> source, std::string front)
      : source_(std::move(source)), front_(std::move(front)) {}
  std::size_t read(std::span<char> buffer) override {
    if (at_ < front_.size()) {
      const std::size_t n = std::min(buffer.size(), front_.size() - at_);
      std::memcpy(buffer.data(), front_.data() + at_, n);
      at_ += n;
      return n;
    }
    return source_->read(buffer);
  }
  std::optional<std::uint64_t> size_bytes() const override { return source_->size_bytes(); }
  std::uint64_t stored_bytes_read() const override { return source_->stored_bytes_read(); }
  std::optional<std::uint64_t> stored_size_bytes() const override { return source_->stored_size_bytes(); }
  void check_unchanged() const override { source_->check_unchanged(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string front_;
  std::size_t at_ = 0;
};

/// What both decompressors share: blocks of compressed bytes, counts and limits.
class DecompressingSource : public ByteSource {
 public:
  DecompressingSource(std::unique_ptr<ByteSource> source, std::string name, const Limits& limits)
      : source_(std::move(source)), name_(std::move(name)), limits_(limits), block_(kInputBlockBytes) {}
  std::uint64_t stored_bytes_read() const override { return consumed_; }
  std::optional<std::uint64_t> stored_size_bytes() const override { return source_->stored_size_bytes(); }
  void check_unchanged() const override { source_->check_unchanged(); }

 protected:
  /// Reads the next block when the last one is used up. False at the end of the compressed bytes.
  bool refill() {
    if (at_ < size_) {
      return true;
    }
    at_ = 0;
    size_ = source_->read(block_);
    return size_ != 0;
  }
  void count(std::size_t consumed, std::size_t produced) {
    at_ += consumed;
    consumed_ += consumed;
    produced_ += produced;
    if (produced_ > limits_.max_uncompressed_bytes) {
      throw Error(ErrorKind::limit, name_, produced_,
                  fmt::format("expected at most {} bytes of uncompressed data", limits_.max_uncompressed_bytes));
    }
    if (produced_ > std::min(limits_.ratio_checked_after, kMaxUncheckedBytes) &&
        produced_ / limits_.max_ratio > consumed_) {
      throw Error(ErrorKind::limit, name_, produced_,
                  fmt::format("expected a heap snapshot, got compressed data that expands more than {} times",
                              limits_.max_ratio),
                  "Expand the file yourself if you trust it.");
    }
  }
  [[noreturn]] void damaged(const std::string& what) const {
    throw Error(ErrorKind::input, name_, produced_, fmt::format("{} (compressed byte {})", what, consumed_),
                "The compressed file is damaged or cut short. Copy it again.");
  }

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  Limits limits_;
  std::vector<char> block_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint64_t produced_ = 0;
};

class GzipSource final : public DecompressingSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> source, std::string name, const Limits& limits)
      : DecompressingSource(std::move(source), std::move(name), limits) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) {
      throw Error(ErrorKind::limit, "out of memory: gzip");
    }
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  std::size_t read(std::span<char> buffer) override {
    while (!ended_) {
      if (!refill()) {
        if (between_members_) {
          ended_ = true;
          break;
        }
        damaged("expected more gzip data, got end of file");
      }
      if (between_members_ && block_[at_] == '\0') {  // tapes and some tools pad with zeros
        count(1, 0);
        continue;
      }
      between_members_ = false;
      // zlib takes pointers to unsigned char that are not const.
      stream_.next_in = reinterpret_cast<Bytef*>(block_.data() + at_);
      stream_.avail_in = static_cast<uInt>(size_ - at_);
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(std::min(buffer.size(), std::size_t{1} << 30U));
      const uInt room = stream_.avail_out;
      const uInt fed = stream_.avail_in;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t produced = room - stream_.avail_out;
      count(fed - stream_.avail_in, produced);
      if (status == Z_STREAM_END) {
        inflateReset(&stream_);
        between_members_ = true;
      } else if (status == Z_MEM_ERROR) {
        throw Error(ErrorKind::limit, "out of memory: gzip");
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        damaged(std::string("expected valid gzip data, got ") +
                (std::strstr(stream_.msg == nullptr ? "" : stream_.msg, "check") != nullptr
                     ? "a wrong checksum or length"
                     : "a damaged block"));
      }
      if (produced != 0) {
        return produced;
      }
    }
    return 0;
  }

 private:
  z_stream stream_{};
  bool between_members_ = false;
  bool ended_ = false;
};

class ZstdSource final : public DecompressingSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> source, std::string name, const Limits& limits)
      : DecompressingSource(std::move(source), std::move(name), limits), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) {
      throw Error(ErrorKind::limit, "out of memory: zstd");
    }
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kMaxWindowLog);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  std::size_t read(std::span<char> buffer) override {
    while (true) {
      const bool more = refill();
      ZSTD_inBuffer in{block_.data() + at_, size_ - at_, 0};
      ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
      if (!more && frame_done_) {
        return 0;
      }
      const std::size_t status = ZSTD_decompressStream(stream_, &out, &in);
      count(in.pos, out.pos);
      if (ZSTD_isError(status) != 0) {
        damaged(std::string("expected valid zstd data, got an error: ") + ZSTD_getErrorName(status));
      }
      frame_done_ = status == 0;
      if (out.pos != 0) {
        return out.pos;
      }
      if (!more && !frame_done_) {
        damaged("expected more zstd data, got end of file");
      }
    }
  }

 private:
  ZSTD_DStream* stream_;
  bool frame_done_ = false;
};

enum class Packing { none, gzip, zstd };

Packing packing_of(std::string_view front) {
  if (front.starts_with("\x1f\x8b")) {
    return Packing::gzip;
  }
  return front.starts_with("\x28\xb5\x2f\xfd") ? Packing::zstd : Packing::none;
}

std::pair<std::unique_ptr<ByteSource>, std::string> peek(std::unique_ptr<ByteSource> source) {
  std::string front;
  std::array<char, 4> buffer{};
  while (front.size() < buffer.size()) {
    const std::size_t n = source->read(std::span(buffer).first(buffer.size() - front.size()));
    if (n == 0) {
      break;
    }
    front.append(buffer.data(), n);
  }
  auto rewound = std::make_unique<RewoundSource>(std::move(source), front);
  return {std::move(rewound), front};
}

}  // namespace

std::unique_ptr<ByteSource> expand(std::unique_ptr<ByteSource> source, const std::string& name, const Limits& limits,
                                   std::string* compression) {
  auto [first, front] = peek(std::move(source));
  const Packing packing = packing_of(front);
  if (compression != nullptr) {
    *compression = packing == Packing::gzip ? "gzip" : packing == Packing::zstd ? "zstd" : "none";
  }
  if (packing == Packing::none) {
    return std::move(first);
  }
  std::unique_ptr<ByteSource> unpacked;
  if (packing == Packing::gzip) {
    unpacked = std::make_unique<GzipSource>(std::move(first), name, limits);
  } else {
    unpacked = std::make_unique<ZstdSource>(std::move(first), name, limits);
  }
  auto [second, inner] = peek(std::move(unpacked));
  if (packing_of(inner) != Packing::none) {
    throw Error(ErrorKind::input, name, 0, "expected a heap snapshot, got compressed data inside compressed data",
                "Expand the file once and run again.");
  }
  return std::move(second);
}

}  // namespace heapdiff
