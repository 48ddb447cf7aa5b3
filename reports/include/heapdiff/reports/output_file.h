#pragma once
// A file that appears whole or not at all.

#include <string>
#include <string_view>

namespace heapdiff {

/// Where a report is written.
///
/// A regular file is written aside, without a name where the system allows it, and takes its place in commit(): without
/// commit nothing is left, and a file that was there stays as it was. Links are followed to the file they name, which
/// need not exist yet. What cannot be replaced is written to directly: /dev/stdout, /dev/stderr, /dev/fd/N and
/// /proc/self/fd/N (appending where the shell appends), pipes, devices. There a reader that goes away is no error.
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

  std::string path_;    ///< as given: for messages
  std::string target_;  ///< links followed; empty: written to directly
  std::string aside_;   ///< name of the file written aside, while it has one
  int file_ = -1;
  unsigned mode_ = 0;  ///< permissions of the new file
  bool reader_gone_ = false;
};

/// Lets SIGINT, SIGTERM and SIGHUP take away the file that is being written aside, where it has a name, and then end
/// the process as they do by default: 130, 143 or 129 in a shell. One that is ignored (nohup) stays ignored. For
/// programs.
void remove_unfinished_file_on_signals();

}  // namespace heapdiff
