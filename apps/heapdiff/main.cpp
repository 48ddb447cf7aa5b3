#include "cli.h"
#include "heapdiff/snapshot/error.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return heapdiff::run_program(argc, argv);
  } catch (const heapdiff::Error& e) {
    std::fprintf(stderr, "heapdiff: %s\n", e.what());
    return heapdiff::exit_code(e.kind());
  } catch (const std::bad_alloc&) {
    std::fputs("heapdiff: not enough memory\n", stderr);
    return 4;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "heapdiff: internal error: %s\nThis is a bug in heapdiff. Please report it.\n", e.what());
    return 70;
  }
}
