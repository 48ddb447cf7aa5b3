#include "io/guard.h"

#include "heapdiff/reports/error_text.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/output_file.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/memory_bound.h"

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <typeinfo>
#include <unistd.h>
#include <utility>
#include <vector>

namespace heapdiff {
namespace {

std::vector<std::string>& kept_warnings() {
  static std::vector<std::string> warnings;
  return warnings;
}

/// No line of a message may be a command of a CI system.
std::string safe_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += without_log_commands(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

void say_no_memory(std::FILE* errors) {
  if (const std::uint64_t most = exceeded_memory_bound()) {
    std::fprintf(errors, "heapdiff: --max-memory: more memory than %llu MB would be needed\n",
                 static_cast<unsigned long long>(most / 1'000'000));
  } else {
    std::fputs("heapdiff: not enough memory\n", errors);
  }
}

int run(const std::function<int()>& program, std::FILE* errors) {
  try {
    return program();
  } catch (const Error& e) {
    std::fprintf(errors, "heapdiff: %s", safe_lines(mask_error(e)).c_str());
    if (e.kind() == ErrorKind::input && e.offset() == 0 && e.advice().empty()) {
      std::fputs("This is no heap snapshot: those are JSON, plain or packed with gzip or zstd.\n", errors);
    }
    if (e.kind() == ErrorKind::internal) {
      std::fputs("This is a bug in heapdiff. Please report it.\n", errors);
    }
    return exit_code(e.kind());
  } catch (const std::bad_alloc&) {
    say_no_memory(errors);
    return exit_code(ErrorKind::limit);
  } catch (const std::exception& e) {
    // e.what() is not printed: the message of a library may quote the input.
    std::fprintf(errors, "heapdiff: internal error: %s\nThis is a bug in heapdiff. Please report it.\n",
                 typeid(e).name());
    return exit_code(ErrorKind::internal);
  }
}

}  // namespace

namespace {

thread_local bool allocation_failed = false;  // NOLINT: per thread

}  // namespace

void exit_without_memory() noexcept {
  remove_unfinished_file();
  say_no_memory(stderr);
  ::_exit(exit_code(ErrorKind::limit));
}

void note_failed_allocation() noexcept { allocation_failed = true; }

void end_without_memory() {
  if (const std::exception_ptr error = std::current_exception()) {
    try {
      std::rethrow_exception(error);
    } catch (const std::bad_alloc&) {
      exit_without_memory();
    } catch (...) {
      std::abort();
    }
  }
  // An exception that meets a function which must not throw ends the program before anybody catches it.
  if (std::uncaught_exceptions() > 0 && allocation_failed) {
    exit_without_memory();
  }
  std::abort();
}

void warn_later(std::string line) { kept_warnings().push_back(std::move(line)); }

void print_warnings(std::FILE* errors) {
  for (const std::string& line : kept_warnings()) {
    std::fputs(line.c_str(), errors);
  }
  kept_warnings().clear();
}

int guarded(const std::function<int()>& program, std::FILE* errors) {
  const int code = run(program, errors);
  print_warnings(errors);
  return code;
}

}  // namespace heapdiff
