#pragma once
// An output file that is either complete or not there.

#include <string>
#include <string_view>
#include <utility>

namespace heapdiff {

/// Where a report is written.
///
/// A regular file is written to a temporary file in the same folder, without a name where the system allows it.
/// commit() moves it into place. Without commit() nothing is left, and an existing file is unchanged. A symbolic link
/// is followed to a regular file that exists, that this user owns, and whose folder not everybody can write to.
///
/// Pipes, devices, /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N cannot be replaced and are written directly;
/// the last three append where the shell appends. It is no error when the reader of a pipe goes away.
/// Throws Error{output} with the path and the reason.
class OutputFile {
 public:
  /// `durable`: commit() waits until the file and its name are on the disk.
  enum class Sync { usual, durable };
  /// Who may read a new file: whom the umask allows, or its owner alone.
  enum class For { all, owner };
  explicit OutputFile(std::string path, Sync sync = Sync::usual, For readers = For::all);
  OutputFile(std::string path, For readers) : OutputFile(std::move(path), Sync::usual, readers) {}
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  void write(std::string_view bytes);
  void commit();

 private:
  void open_aside();
  [[noreturn]] void fail(int reason) const;

  std::string path_;    ///< as given, for messages
  std::string target_;  ///< with links followed; empty when written directly
  std::string aside_;   ///< name of the temporary file, while it has one
  int file_ = -1;
  unsigned mode_ = 0;  ///< permissions of the new file
  bool reader_gone_ = false;
  Sync sync_ = Sync::usual;
};

/// Removes the temporary file of an OutputFile, or the temporary folder of output_folder.h, that is being written,
/// where it has a name: for a program that ends without unwinding.
void remove_unfinished_file() noexcept;

/// Throws what OutputFile would throw for `path` for a missing folder, a folder in place of a file, missing permissions
/// or a link that is not followed. Makes and opens nothing.
void require_writable(const std::string& path);

/// Makes SIGINT, SIGTERM and SIGHUP remove the temporary file, where it has a name, or the temporary folder of
/// output_folder.h, before they end the process as they do by default (exit code 130, 143 or 129 in a shell). A signal
/// that is ignored (nohup) stays ignored. To be called by programs, not by libraries.
void remove_unfinished_file_on_signals();

}  // namespace heapdiff
