#include "io/spool.h"

#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sodium.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;
constexpr std::uint64_t kCipherBlock = 64;
static_assert(kPiece % kCipherBlock == 0);
static_assert(crypto_stream_xchacha20_KEYBYTES == 32);

int open_nameless(const std::string& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {
    std::string name = folder + "/.heapdiff-XXXXXX";
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) {
      ::unlink(name.c_str());
    }
  }
  return file;
}

/// Whether a snapshot, compressed or not, can begin with this byte: an endless stream of something else must not fill
/// the disk.
bool may_begin(char c) {
  constexpr std::string_view kFirst = "{ \t\r\n\x1f\x28\xef";  // gzip, zstd, a byte order mark
  return kFirst.find(c) != std::string_view::npos;
}

}  // namespace

/// Decrypts the copy piece by piece.
class Spool::Source : public ByteSource {
 public:
  explicit Source(const Spool& spool) : spool_(spool), piece_(kPiece) {}
  std::size_t read(std::span<char> buffer) override {
    if (at_ == end_) {
      fill();
    }
    const std::size_t n = std::min(buffer.size(), end_ - at_);
    std::memcpy(buffer.data(), piece_.data() + at_, n);
    at_ += n;
    return n;
  }
  std::uint64_t stored_bytes_read() const override { return offset_; }
  std::optional<std::uint64_t> stored_size_bytes() const override { return spool_.size_; }

 private:
  void fill() {
    at_ = end_ = 0;
    while (end_ < kPiece) {
      const ssize_t got =
          ::pread(spool_.file_, piece_.data() + end_, kPiece - end_, static_cast<off_t>(offset_ + end_));
      if (got < 0 && errno != EINTR) {
        throw Error(ErrorKind::input, spool_.name_, std::nullopt,
                    std::string("cannot read the copy: ") + std::strerror(errno));
      }
      if (got == 0) {
        break;
      }
      end_ += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    spool_.crypt(piece_.data(), end_, offset_);
    offset_ += end_;
  }

  const Spool& spool_;
  std::vector<char> piece_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
};

bool is_stream(const std::string& path) {
  struct stat info {};
  const bool known = path == "-" ? ::fstat(STDIN_FILENO, &info) == 0 : ::stat(path.c_str(), &info) == 0;
  return path == "-" || (known && (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode) || S_ISSOCK(info.st_mode)));
}

Spool::Spool(const std::string& path, const std::string& folder, const Limits& limits) {
  if (sodium_init() < 0) {
    throw Error(ErrorKind::internal, "libsodium did not start");
  }
  randombytes_buf(key_.data(), key_.size());
  const OpenedInput input = open_stored(path);
  name_ = input.name;
  file_ = open_nameless(folder);
  if (file_ < 0) {
    file_ = open_nameless(std::filesystem::temp_directory_path().string());
  }
  if (file_ < 0) {
    throw Error(ErrorKind::output, folder, std::nullopt,
                std::string("cannot put the input aside: ") + std::strerror(errno));
  }
  std::vector<char> piece(kPiece);
  for (std::size_t filled = 0;;) {
    const std::size_t got = input.source->read({piece.data() + filled, kPiece - filled});
    filled += got;
    const bool nonsense = size_ == 0 && filled > 0 && !may_begin(piece[0]);
    if (filled == kPiece || got == 0 || nonsense) {
      put(piece.data(), filled);
      filled = 0;
    }
    if (got == 0 || nonsense) {
      break;
    }
    if (size_ > limits.max_uncompressed_bytes) {
      throw Error(ErrorKind::limit, name_, size_, "expected the end of the input, got more than the limit");
    }
  }
}

Spool::~Spool() {
  sodium_memzero(key_.data(), key_.size());
  if (file_ >= 0) {
    ::close(file_);
  }
}

void Spool::crypt(char* bytes, std::size_t n, std::uint64_t offset) const {
  if (n == 0) {
    return;  // an empty stream has no data pointer
  }
  // A fixed nonce is safe because each key is used for one stream.
  static constexpr std::array<unsigned char, crypto_stream_xchacha20_NONCEBYTES> kNonce{};
  auto* const data = reinterpret_cast<unsigned char*>(bytes);
  crypto_stream_xchacha20_xor_ic(data, data, n, kNonce.data(), offset / kCipherBlock, key_.data());
}

void Spool::put(const char* bytes, std::size_t n) {
  std::vector<char> hidden(bytes, bytes + n);
  crypt(hidden.data(), n, size_);
  for (std::size_t done = 0; done < n;) {
    const ssize_t wrote = ::pwrite(file_, hidden.data() + done, n - done, static_cast<off_t>(size_ + done));
    if (wrote < 0 && errno != EINTR) {
      throw Error(ErrorKind::output, name_, std::nullopt,
                  std::string("cannot put the input aside: ") + std::strerror(errno),
                  "A stream is copied beside the output, because it has to be read twice.");
    }
    done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
  }
  size_ += n;
}

OpenedInput Spool::open(const Limits& limits) const {
  OpenedInput opened;
  opened.name = name_;
  opened.source = expand(std::make_unique<Source>(*this), name_, limits, &opened.compression);
  return opened;
}

}  // namespace heapdiff
