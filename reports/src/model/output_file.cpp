#include "heapdiff/reports/output_file.h"

#include "heapdiff/reports/sync_folder.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/unfinished.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

namespace heapdiff {

using model::set_unfinished;

namespace {

constexpr int kMaxLinks = 40;  // the limit of the Linux kernel

/// The number of an open file of this process that `path` names: N of /dev/fd/N and /proc/self/fd/N, or that of
/// /dev/stdout and /dev/stderr.
std::optional<int> own_descriptor(const std::string& path) {
  if (path == "/dev/stdout") {
    return STDOUT_FILENO;
  }
  if (path == "/dev/stderr") {
    return STDERR_FILENO;
  }
  const std::string own = fmt::format("/proc/{}/fd/", ::getpid());
  for (const std::string& folder :
       {std::string("/dev/fd/"), std::string("/proc/self/fd/"), std::string("/proc/thread-self/fd/"), own}) {
    if (path.starts_with(folder)) {
      if (const auto number = ascii::parse_number<int>(std::string_view(path).substr(folder.size()))) {
        return *number;
      }
    }
  }
  return std::nullopt;
}

/// The target of the link `path`; none when it is not a link, or a link of /proc whose text does not name a file.
std::optional<std::string> follow(const std::string& path) {
  struct stat status {};
  if (path.starts_with("/proc/") || ::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) {
    return std::nullopt;
  }
  std::error_code error;
  const std::filesystem::path to = std::filesystem::read_symlink(path, error);
  if (error) {
    return std::nullopt;
  }
  return (to.is_absolute() ? to : std::filesystem::path(path).parent_path() / to).lexically_normal().string();
}

/// Finds a name that is not taken. `make` tries to make the file under a name; it returns false and sets errno
/// otherwise.
template <class Make>
std::string make_unfinished(const std::string& target, Make make) {
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string name = fmt::format("{}.{:08x}", target, random());
    set_unfinished(name);
    if (make(name)) {
      return name;
    }
    const int reason = errno;
    set_unfinished({});
    errno = reason;
    if (reason != EEXIST) {
      break;
    }
  }
  return {};
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

[[noreturn]] void fail_for(const std::string& path, const std::string& reason) {
  throw Error(ErrorKind::output, path, std::nullopt, reason);
}
[[noreturn]] void fail_for(const std::string& path, int reason) { fail_for(path, std::strerror(reason)); }

/// What a name leads to.
struct Destination {
  std::string path;               ///< with links followed
  std::optional<int> descriptor;  ///< an open file of this process
  bool exists = false;
  bool is_replaced = false;  ///< a regular file, or a new one; anything else is written directly
  unsigned mode = 0;         ///< of the file that exists
};

/// A link may have been laid by somebody else, where `path` lies in a folder that others can write to. So it is
/// followed only to a regular file that this user owns already, in a folder where nobody else can exchange it. Links of
/// /dev belong to the system.
void require_safe_link(const std::string& path, const Destination& to, const struct stat& status) {
  if (path.starts_with("/dev/") || path.starts_with("/proc/")) {
    return;
  }
  const std::string link = "is a link to '" + visible_text(to.path) + "', ";
  if (!to.exists) {
    fail_for(path, link + "which does not exist");
  }
  if (S_ISDIR(status.st_mode)) {
    fail_for(path, EISDIR);
  }
  if (!S_ISREG(status.st_mode)) {
    fail_for(path, link + "which is no regular file");
  }
  if (status.st_uid != ::geteuid()) {
    fail_for(path, link + "which belongs to another user");
  }
  struct stat folder {};
  if (::stat(folder_of(to.path).c_str(), &folder) != 0) {
    fail_for(path, errno);
  }
  if ((folder.st_mode & S_IWOTH) != 0) {
    fail_for(path, link + "which lies in a folder that everybody can write to");
  }
}

Destination destination_of(const std::string& path) {
  Destination to;
  to.path = path;
  int links = 0;
  to.descriptor = own_descriptor(to.path);
  for (auto next = follow(to.path); next && !to.descriptor; next = follow(to.path)) {
    if (++links > kMaxLinks) {
      fail_for(path, ELOOP);
    }
    to.path = *next;
    to.descriptor = own_descriptor(to.path);
  }
  if (to.descriptor) {
    return to;
  }
  struct stat status {};
  to.exists = ::stat(to.path.c_str(), &status) == 0;
  if (links > 0) {
    require_safe_link(path, to, status);
  }
  to.is_replaced = !to.exists || (S_ISREG(status.st_mode) && !to.path.starts_with("/proc/"));
  to.mode = status.st_mode & 07777U;
  if (to.exists && S_ISDIR(status.st_mode)) {
    fail_for(path, EISDIR);
  }
  if (to.exists && ::access(to.path.c_str(), W_OK) != 0) {
    fail_for(path, errno);
  }
  return to;
}

}  // namespace

void require_writable(const std::string& path) {
  const Destination to = destination_of(path);
  if (to.is_replaced && ::access(folder_of(to.path).c_str(), W_OK | X_OK) != 0) {
    fail_for(path, errno);
  }
  if (to.is_replaced && !std::filesystem::is_directory(folder_of(to.path))) {
    fail_for(path, ENOTDIR);
  }
}

void OutputFile::fail(int reason) const { fail_for(path_, reason); }

OutputFile::OutputFile(std::string path, Sync sync, For readers) : path_(std::move(path)), sync_(sync) {
  Destination to = destination_of(path_);
  if (!to.is_replaced) {
    file_ = to.descriptor ? ::fcntl(*to.descriptor, F_DUPFD_CLOEXEC, 0) : ::open(to.path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file_ < 0) {
      fail(errno);
    }
    return;
  }
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const mode_t fresh = readers == For::owner ? 0600U : 0666U & ~mask;
  mode_ = to.exists ? to.mode : fresh;
  target_ = std::move(to.path);
  open_aside();
}

void OutputFile::open_aside() {
  file_ = ::open(folder_of(target_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    aside_ = make_unfinished(target_, [&](const std::string& name) {
      file_ = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
      return file_ >= 0;
    });
  }
  if (file_ < 0) {
    fail(errno);
  }
}

OutputFile::~OutputFile() {
  if (file_ >= 0) {
    ::close(file_);
  }
  if (!aside_.empty()) {
    ::unlink(aside_.c_str());
    set_unfinished({});
  }
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty() && !reader_gone_) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd ready{file_, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno == EPIPE && target_.empty()) {
      reader_gone_ = true;
    } else if (errno != EINTR) {
      fail(errno);
    }
  }
}

void OutputFile::commit() {
  if (target_.empty()) {
    const int file = file_;
    file_ = -1;
    if (::close(file) != 0) {
      fail(errno);
    }
    return;
  }
  if (::fchmod(file_, mode_) != 0) {
    fail(errno);
  }
  if (aside_.empty()) {
    // The file gets a name in the same folder first, because only rename() replaces an existing file in one step.
    const std::string nameless = fmt::format("/proc/self/fd/{}", file_);
    aside_ = make_unfinished(target_, [&](const std::string& name) {
      return ::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
    });
    if (aside_.empty()) {
      fail(errno);
    }
  }
  if (sync_ == Sync::durable && ::fsync(file_) != 0) {
    fail(errno);
  }
  const int file = file_;
  file_ = -1;
  if (::close(file) != 0) {
    fail(errno);
  }
  // Nothing takes memory once the file has its name.
  const std::string folder = sync_ == Sync::durable ? folder_of(target_) : std::string();
  if (std::rename(aside_.c_str(), target_.c_str()) != 0) {
    fail(errno);
  }
  set_unfinished({});
  aside_.clear();
  if (sync_ == Sync::durable) {
    if (const int reason = sync_folder(folder)) {
      fail(reason);
    }
  }
}

}  // namespace heapdiff
