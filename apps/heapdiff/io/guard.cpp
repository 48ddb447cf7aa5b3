#include "io/guard.h"

#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <typeinfo>

namespace heapdiff {
namespace {

/// Masks secrets in a message: a path or an argument may hold one, and standard error goes to logs.
std::string masked_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += without_log_commands(mask_secrets(text.substr(0, end))) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace

int guarded(const std::function<int()>& program, std::FILE* errors) {
  try {
    return program();
  } catch (const Error& e) {
    std::fprintf(errors, "heapdiff: %s", masked_lines(e.what()).c_str());
    if (e.kind() == ErrorKind::input && e.offset() == 0 && e.advice().empty()) {
      std::fputs("This is no heap snapshot: those are JSON, plain or packed with gzip or zstd.\n", errors);
    }
    if (e.kind() == ErrorKind::internal) {
      std::fputs("This is a bug in heapdiff. Please report it.\n", errors);
    }
    return exit_code(e.kind());
  } catch (const std::bad_alloc&) {
    std::fputs("heapdiff: not enough memory\n", errors);
    return exit_code(ErrorKind::limit);
  } catch (const std::exception& e) {
    // e.what() is not printed: the message of a library may quote the input.
    std::fprintf(errors, "heapdiff: internal error: %s\nThis is a bug in heapdiff. Please report it.\n",
                 typeid(e).name());
    return exit_code(ErrorKind::internal);
  }
}

}  // namespace heapdiff
