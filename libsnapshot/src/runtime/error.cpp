#include "heapdiff/snapshot/error.h"

#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <utility>

namespace heapdiff {
namespace {

std::string compose(const std::string& file, std::optional<std::uint64_t> offset, const std::string& message,
                    const std::string& advice) {
  std::string text;
  if (!file.empty()) {
    text += visible_text(file) + ": ";
  }
  if (offset) {
    text += fmt::format("byte {}: ", *offset);
  }
  text += message;
  if (!advice.empty()) {
    text += "\n" + advice;
  }
  return text;
}

}  // namespace

Error::Error(ErrorKind kind, std::string message, std::string advice)
    : Error(kind, std::string(), std::nullopt, message, std::move(advice)) {}

Error::Error(ErrorKind kind, const std::string& file, std::optional<std::uint64_t> offset, const std::string& message,
             std::string advice)
    : std::runtime_error(compose(file, offset, message, advice)),
      kind_(kind),
      file_(file),
      offset_(offset),
      message_(message),
      advice_(std::move(advice)) {}

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::input:
      return 3;
    case ErrorKind::limit:
      return 4;
    case ErrorKind::output:
      return 5;
    case ErrorKind::evidence:
      return 6;
    case ErrorKind::internal:
      return 70;
  }
  return 70;
}

}  // namespace heapdiff
