#include "heapdiff/snapshot/byte_source.h"

#include "heapdiff/snapshot/error.h"
#include "io/prefetch.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace heapdiff {
namespace {

std::int64_t modified_ns(const struct stat& s) {
  return std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec;
}

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, std::string name, const struct stat& opened, bool owned)
      : fd_(fd), name_(std::move(name)), opened_(opened), owned_(owned) {
    if (regular()) {
      ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
  }
  ~FileSource() override {
    if (owned_) {
      ::close(fd_);
    }
  }

  std::size_t read(std::span<char> buffer) override {
    while (true) {
      const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
      if (got >= 0) {
        bytes_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) {
        throw Error(ErrorKind::input, name_, bytes_, std::string("cannot read: ") + std::strerror(errno));
      }
    }
  }
  std::optional<std::uint64_t> size_bytes() const override {
    return regular() ? std::optional(static_cast<std::uint64_t>(opened_.st_size)) : std::nullopt;
  }
  std::uint64_t stored_bytes_read() const override { return bytes_; }
  std::optional<std::uint64_t> stored_size_bytes() const override { return size_bytes(); }
  void check_unchanged() const override {
    struct stat now {};
    if (!regular() || ::fstat(fd_, &now) != 0) {
      return;
    }
    if (now.st_size != opened_.st_size || modified_ns(now) != modified_ns(opened_)) {
      throw Error(ErrorKind::input, name_, bytes_,
                  "expected the file to stay as it was, but it changed while it was read",
                  "Wait until the snapshot is written, then run again.");
    }
  }

 private:
  [[nodiscard]] bool regular() const { return S_ISREG(opened_.st_mode); }

  int fd_;
  std::string name_;
  struct stat opened_;
  bool owned_;
  std::uint64_t bytes_ = 0;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string_view bytes, std::size_t chunk) : bytes_(bytes), chunk_(chunk) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t n = std::min({buffer.size(), chunk_, bytes_.size() - at_});
    if (n != 0) {
      std::memcpy(buffer.data(), bytes_.data() + at_, n);
    }
    at_ += n;
    return n;
  }
  std::optional<std::uint64_t> size_bytes() const override { return bytes_.size(); }
  std::uint64_t stored_bytes_read() const override { return at_; }
  std::optional<std::uint64_t> stored_size_bytes() const override { return bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t chunk_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> memory_source(std::string_view bytes, std::size_t chunk) {
  return std::make_unique<MemorySource>(bytes, chunk);
}

OpenedInput open_stored(const std::string& path) {
  const bool is_stdin = path == "-";
  OpenedInput opened;
  opened.name = is_stdin ? "<stdin>" : path;
  const auto refuse = [&](const std::string& reason, std::string advice = {}) {
    throw Error(ErrorKind::input, opened.name, std::nullopt, reason, std::move(advice));
  };
  // With O_NONBLOCK, opening a FIFO that has no writer does not hang. It is removed below, so that reading waits.
  const int fd = is_stdin ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    refuse(std::string("cannot open: ") + std::strerror(errno));
  }
  struct stat info {};
  if (::fstat(fd, &info) != 0) {
    const int reason = errno;
    if (!is_stdin) {
      ::close(fd);
    }
    refuse(std::string("cannot stat: ") + std::strerror(reason));
  }
  auto source = std::make_unique<FileSource>(fd, opened.name, info, !is_stdin);
  if (S_ISDIR(info.st_mode)) {
    refuse("expected a heap snapshot, got a folder", "Name the files in it, or give the folder to `analyze`.");
  }
  if (!is_stdin) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  }
  if (S_ISREG(info.st_mode)) {
    opened.modified_ns = modified_ns(info);
    opened.device = static_cast<std::uint64_t>(info.st_dev);
    opened.inode = static_cast<std::uint64_t>(info.st_ino);
  }
  opened.source = std::move(source);
  return opened;
}

OpenedInput open_input(const std::string& path, const Limits& limits, unsigned threads) {
  OpenedInput opened = open_stored(path);
  opened.source = expand(std::move(opened.source), opened.name, limits, &opened.compression);
  if (threads > 1 && opened.compression != "none") {
    opened.source = io::prefetch(std::move(opened.source));
  }
  return opened;
}

}  // namespace heapdiff
