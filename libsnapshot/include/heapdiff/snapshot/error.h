#pragma once
// The one exception type of the libraries. main() catches it and turns `kind` into an exit code.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace heapdiff {

enum class ErrorKind {
  usage,     ///< the request makes no sense: exit 2
  input,     ///< a file is unreadable or malformed: exit 3
  limit,     ///< memory or another limit: exit 4
  output,    ///< a report could not be written: exit 5
  evidence,  ///< not enough evidence to judge what was asked: exit 6
  internal,  ///< a bug in heapdiff: exit 70
};

/// What went wrong, where, and what to do about it.
///
/// what() is `file: byte N: expected X, got Y`, with those parts that are known, and the advice on a second line.
/// The text is escaped: no control character of a file name or of heap data is left in it.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, std::string message, std::string advice = {});

  /// An error at a place in a file. `offset` counts uncompressed bytes from 0.
  Error(ErrorKind kind, const std::string& file, std::optional<std::uint64_t> offset, const std::string& message,
        std::string advice = {});

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] std::optional<std::uint64_t> offset() const noexcept { return offset_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  /// what() without the file and the offset.
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

 private:
  ErrorKind kind_;
  std::string file_;
  std::optional<std::uint64_t> offset_;
  std::string message_;
  std::string advice_;
};

/// The exit code of the command line for an error of this kind (see README.md).
[[nodiscard]] int exit_code(ErrorKind kind) noexcept;

}  // namespace heapdiff
