#pragma once
// A pipe that a process of this machine can write a snapshot into.

#include <cstdint>
#include <span>
#include <string>

namespace heapdiff::capture {

/// Another process opens it by path(), as long as this one lives and lets it. When this process ends, a writer gets an
/// error, and cannot be left waiting.
class SnapshotPipe {
 public:
  /// Throws Error{limit}.
  SnapshotPipe();
  ~SnapshotPipe();
  SnapshotPipe(const SnapshotPipe&) = delete;
  SnapshotPipe& operator=(const SnapshotPipe&) = delete;

  [[nodiscard]] std::string path() const;  ///< "/proc/12/fd/5"
  /// Which pipe it is: a path of another namespace may name another file.
  [[nodiscard]] std::uint64_t inode() const noexcept { return inode_; }
  [[nodiscard]] int descriptor() const noexcept { return ends_[0]; }  ///< for poll()
  /// What is there now; 0 when nothing is. Throws Error{input}.
  [[nodiscard]] std::size_t read(std::span<char> buffer) const;

 private:
  int ends_[2] = {-1, -1};
  std::uint64_t inode_ = 0;
};

}  // namespace heapdiff::capture
