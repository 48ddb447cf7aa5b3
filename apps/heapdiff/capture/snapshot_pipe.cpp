#include "capture/snapshot_pipe.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heapdiff::capture {

SnapshotPipe::SnapshotPipe() {
  constexpr int kPipeBytes = 1 << 20;
  struct stat status {};
  if (::pipe2(ends_, O_CLOEXEC) != 0 || ::fstat(ends_[0], &status) != 0) {
    throw Error(ErrorKind::limit, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);       // our end: the writer's blocks, so that the writer waits for us
  ::fcntl(ends_[0], F_SETPIPE_SZ, kPipeBytes);  // fewer switches; a smaller pipe works as well
  inode_ = status.st_ino;
}

SnapshotPipe::~SnapshotPipe() {
  ::close(ends_[0]);
  ::close(ends_[1]);
}

std::string SnapshotPipe::path() const { return fmt::format("/proc/{}/fd/{}", ::getpid(), ends_[1]); }

std::size_t SnapshotPipe::read(std::span<char> buffer) const {
  while (true) {
    const ssize_t n = ::read(ends_[0], buffer.data(), buffer.size());
    if (n >= 0) {
      return static_cast<std::size_t>(n);
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return 0;
    }
    if (errno != EINTR) {
      throw Error(ErrorKind::input, std::string("the pipe broke: ") + std::strerror(errno));
    }
  }
}

}  // namespace heapdiff::capture
