#pragma once
// A file that appears whole or not at all.

#include <string>
#include <string_view>

namespace heapdiff {

/// Written aside in the same folder and renamed by commit(); without commit nothing is left. A target that is not a
/// regular file (/dev/stdout, a pipe) is written to directly. Throws Error{output} with the path and the reason.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  void write(std::string_view bytes);
  void commit();

 private:
  std::string path_;
  std::string aside_;  ///< empty: written directly
  int file_ = -1;
};

}  // namespace heapdiff
