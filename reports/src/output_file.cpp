#include "heapdiff/reports/output_file.h"

#include "heapdiff/snapshot/error.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace heapdiff {

namespace {

[[noreturn]] void fail(const std::string& path, int reason) {
  throw Error(ErrorKind::output, path, std::nullopt, std::strerror(reason));
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (file_ < 0) {
      fail(path_, errno);
    }
    return;
  }
  if (exists) {
    std::error_code error;
    const auto target =
        std::filesystem::canonical(path_, error);  // through a link: the file, not the link, is replaced
    if (!error) {
      path_ = target.string();
    }
  }
  aside_ = path_ + ".XXXXXX";
  file_ = ::mkostemp(aside_.data(), O_CLOEXEC);
  if (file_ < 0) {
    aside_.clear();
    fail(path_, errno);
  }
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(file_, exists ? status.st_mode & 07777U : 0666U & ~mask);
}

OutputFile::~OutputFile() {
  if (file_ >= 0) {
    ::close(file_);
  }
  if (!aside_.empty()) {
    ::unlink(aside_.c_str());
  }
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      fail(path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void OutputFile::commit() {
  const int file = file_;
  file_ = -1;
  if (::close(file) != 0) {
    fail(path_, errno);
  }
  if (!aside_.empty()) {
    if (std::rename(aside_.c_str(), path_.c_str()) != 0) {
      fail(path_, errno);
    }
    aside_.clear();
  }
}

}  // namespace heapdiff
