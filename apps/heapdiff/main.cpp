#include "cli.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <typeinfo>

namespace {

/// A path or an argument may hold a secret, and stderr goes to logs.
std::string masked_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += heapdiff::mask_secrets(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return heapdiff::run_program(argc, argv);
  } catch (const heapdiff::Error& e) {
    std::fprintf(stderr, "heapdiff: %s", masked_lines(e.what()).c_str());
    return heapdiff::exit_code(e.kind());
  } catch (const std::bad_alloc&) {
    std::fputs("heapdiff: not enough memory\n", stderr);
    return 4;
  } catch (const std::exception& e) {
    // Not e.what(): a library's message may quote what it read.
    std::fprintf(stderr, "heapdiff: internal error: %s\nThis is a bug in heapdiff. Please report it.\n",
                 typeid(e).name());
    return 70;
  }
}
