#include "heapdiff/reports/output_folder.h"

#include "heapdiff/reports/sync_folder.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/unfinished.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_folder(const std::string& path, const std::string& reason, std::string advice = {}) {
  throw Error(ErrorKind::output, path, std::nullopt, reason, std::move(advice));
}

/// `path` with links followed and without a slash at its end; what it names need not exist.
fs::path folder_target(const std::string& path) {
  constexpr int kMaxFolderLinks = 40;
  std::error_code error;
  fs::path target = fs::absolute(path, error);
  for (int links = 0; !error; ++links) {
    target = target.has_filename() ? target : target.parent_path();
    if (!fs::is_symlink(fs::symlink_status(target, error))) {
      return fs::weakly_canonical(target.parent_path(), error) / target.filename();
    }
    if (links == kMaxFolderLinks) {
      error = std::make_error_code(std::errc::too_many_symbolic_link_levels);
      break;
    }
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  refuse_folder(path, error.message());
}

bool has_mark(const fs::path& folder, const FolderMark& mark) {
  std::error_code error;
  const fs::path file = folder / mark.file;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) {
    return false;
  }
  std::string begin(mark.begin.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return in.gcount() == static_cast<std::streamsize>(begin.size()) && begin == mark.begin;
}

/// Whether there is something at `target`. Throws when that is not a folder of ours.
bool require_own(const std::string& path, const fs::path& target, const FolderMark& mark) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (!fs::exists(status)) {
    return false;
  }
  const std::string advice = "Name a folder that does not exist yet, or one that heapdiff wrote before.";
  if (!fs::is_directory(status)) {
    refuse_folder(path, "is not a folder", advice);
  }
  if (!has_mark(target, mark)) {
    refuse_folder(path, "is a folder that heapdiff did not write, and is left as it is", advice);
  }
  for (fs::directory_iterator at(target, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool known = std::find(mark.names.begin(), mark.names.end(), name) != mark.names.end();
    if (!known || fs::is_directory(at->symlink_status(error))) {
      refuse_folder(path, fmt::format("holds '{}', which heapdiff did not write, and is left as it is", name), advice);
    }
  }
  if (error) {
    refuse_folder(path, error.message());
  }
  return true;
}

/// A folder under a name of its own, beside its target. It is removed unless it was renamed.
class FolderAside {
 public:
  FolderAside(const std::string& path, const fs::path& target, const FolderMark& mark, OutputFile::Sync sync)
      : path_(path), mark_(mark), durable_(sync == OutputFile::Sync::durable) {
    std::random_device random;
    for (int attempt = 0; attempt < 100; ++attempt) {
      name_ = fmt::format("{}.{:08x}", target.string(), random());
      model::set_unfinished_folder(name_, mark.names);
      if (::mkdir(name_.c_str(), 0700) == 0) {
        return;
      }
      const int reason = errno;
      model::set_unfinished({});
      if (reason != EEXIST) {
        name_.clear();
        fail(reason);
      }
    }
    name_.clear();
    fail(EEXIST);
  }
  FolderAside(const FolderAside&) = delete;
  FolderAside& operator=(const FolderAside&) = delete;
  ~FolderAside() {
    if (!name_.empty()) {
      for (const std::string& file : mark_.names) {
        ::unlink((fs::path(name_) / file).c_str());
      }
      ::rmdir(name_.c_str());
    }
    model::set_unfinished({});
  }

  void add(const FolderFile& file, mode_t mask) const {
    const std::string name = (fs::path(name_) / file.name).string();
    const int descriptor = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
                                  (file.is_program ? 0777U : 0666U) & ~mask);
    if (descriptor < 0) {
      fail(errno);
    }
    std::string_view rest = file.bytes;
    while (!rest.empty()) {
      const ssize_t n = ::write(descriptor, rest.data(), rest.size());
      if (n < 0 && errno != EINTR) {
        const int reason = errno;
        ::close(descriptor);
        fail(reason);
      }
      rest.remove_prefix(n < 0 ? 0 : static_cast<std::size_t>(n));
    }
    if (durable_ && ::fsync(descriptor) != 0) {
      const int reason = errno;
      ::close(descriptor);
      fail(reason);
    }
    if (::close(descriptor) != 0) {
      fail(errno);
    }
  }

  /// Gives the folder its name. `exists`: there is an older one, which gets the name of this one, and is removed by the
  /// destructor.
  void rename_to(const fs::path& target, bool exists, mode_t mask) {
    if (::chmod(name_.c_str(), 0777U & ~mask) != 0) {
      fail(errno);
    }
    sync_if_durable(name_);
    give_name(target, exists);
    sync_if_durable(target.parent_path().string());
  }

 private:
  void give_name(const fs::path& target, bool exists) {
    if (!exists) {
      if (std::rename(name_.c_str(), target.c_str()) != 0) {
        fail(errno);
      }
      name_.clear();
      return;
    }
    if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
      return;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) {
      fail(errno);
    }
    const std::string older = name_ + ".old";
    if (std::rename(target.c_str(), older.c_str()) != 0) {
      fail(errno);
    }
    if (std::rename(name_.c_str(), target.c_str()) != 0) {
      const int reason = errno;
      static_cast<void>(std::rename(older.c_str(), target.c_str()));
      fail(reason);
    }
    name_ = older;
  }
  void sync_if_durable(const std::string& folder) const {
    if (const int reason = durable_ ? sync_folder(folder) : 0) {
      fail(reason);
    }
  }
  [[noreturn]] void fail(int reason) const { refuse_folder(path_, std::strerror(reason)); }

  std::string path_;  ///< as given, for messages
  const FolderMark& mark_;
  bool durable_ = false;
  std::string name_;  ///< empty when there is nothing to remove
};

}  // namespace

void require_own_folder(const std::string& path, const FolderMark& mark) {
  const fs::path target = folder_target(path);
  if (!require_own(path, target, mark) && ::access(target.parent_path().c_str(), W_OK | X_OK) != 0) {
    refuse_folder(path, std::strerror(errno));
  }
}

void write_folder(const std::string& path, const std::vector<FolderFile>& files, const FolderMark& mark,
                  OutputFile::Sync sync) {
  const fs::path target = folder_target(path);
  const bool exists = require_own(path, target, mark);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  FolderAside aside(path, target, mark, sync);
  for (const FolderFile& file : files) {
    aside.add(file, mask);
  }
  aside.rename_to(target, exists, mask);
}

}  // namespace heapdiff
