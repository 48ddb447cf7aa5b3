#include "heapdiff/snapshot/compress.h"

#include "heapdiff/snapshot/error.h"

#include <zlib.h>
#include <zstd.h>

#include <vector>

namespace heapdiff {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 17U;

class PlainSink : public CompressingSink {
 public:
  explicit PlainSink(ByteSink& out) : out_(out) {}
  void write(std::string_view bytes) override { out_.write(bytes); }
  void finish() override {}

 private:
  ByteSink& out_;
};

class GzipSink : public CompressingSink {
 public:
  explicit GzipSink(ByteSink& out) : out_(out), block_(kBlockBytes) {
    constexpr int kGzipWindow = 15 + 16;
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw Error(ErrorKind::limit, "out of memory: gzip");
    }
  }
  ~GzipSink() override { deflateEnd(&stream_); }
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;
  void write(std::string_view bytes) override {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kBlockBytes))) {
      const std::string_view piece = bytes.substr(0, kBlockBytes);
      std::vector<Bytef> copy(piece.begin(), piece.end());  // zlib's pointer is not const
      stream_.next_in = copy.data();
      stream_.avail_in = static_cast<uInt>(copy.size());
      pump(Z_NO_FLUSH);
    }
  }
  void finish() override { pump(Z_FINISH); }

 private:
  void pump(int how) {
    do {
      stream_.next_out = block_.data();
      stream_.avail_out = static_cast<uInt>(block_.size());
      deflate(&stream_, how);
      out_.write({reinterpret_cast<const char*>(block_.data()), block_.size() - stream_.avail_out});
    } while (stream_.avail_out == 0);
  }

  ByteSink& out_;
  z_stream stream_{};
  std::vector<Bytef> block_;
};

class ZstdSink : public CompressingSink {
 public:
  explicit ZstdSink(ByteSink& out) : out_(out), context_(ZSTD_createCCtx(), &ZSTD_freeCCtx), block_(kBlockBytes) {
    if (!context_) {
      throw Error(ErrorKind::limit, "out of memory: zstd");
    }
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }
  void write(std::string_view bytes) override { pump(bytes, ZSTD_e_continue); }
  void finish() override { pump({}, ZSTD_e_end); }

 private:
  void pump(std::string_view bytes, ZSTD_EndDirective how) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (true) {
      ZSTD_outBuffer out{block_.data(), block_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &out, &in, how);
      if (ZSTD_isError(left) != 0) {
        throw Error(ErrorKind::internal, std::string("zstd: ") + ZSTD_getErrorName(left));
      }
      out_.write({block_.data(), out.pos});
      if (how == ZSTD_e_end ? left == 0 : in.pos == in.size) {
        return;
      }
    }
  }

  ByteSink& out_;
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
  std::vector<char> block_;
};

}  // namespace

std::unique_ptr<CompressingSink> compressing_sink(std::string_view file_name, ByteSink& out) {
  if (file_name.ends_with(".gz")) {
    return std::make_unique<GzipSink>(out);
  }
  if (file_name.ends_with(".zst")) {
    return std::make_unique<ZstdSink>(out);
  }
  return std::make_unique<PlainSink>(out);
}

}  // namespace heapdiff
