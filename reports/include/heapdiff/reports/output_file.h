#pragma once
// An output file that is either complete or not there.

#include <string>
#include <string_view>

namespace heapdiff {

/// Where a report is written.
///
/// A regular file is written to a temporary file in the same folder, without a name where the system allows it.
/// commit() moves it into place. Without commit() nothing is left, and an existing file is unchanged. Symbolic links
/// are followed; the file that they name need not exist.
///
/// Pipes, devices, /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N cannot be replaced and are written directly;
/// the last three append where the shell appends. It is no error when the reader of a pipe goes away.
/// Throws Error{output} with the path and the reason.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
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
};

/// Makes SIGINT, SIGTERM and SIGHUP remove the temporary file, where it has a name, before they end the process as they
/// do by default (exit code 130, 143 or 129 in a shell). A signal that is ignored (nohup) stays ignored. To be called
/// by programs, not by libraries.
void remove_unfinished_file_on_signals();

}  // namespace heapdiff
