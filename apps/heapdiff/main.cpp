#include "cli.h"
#include "heapdiff/reports/output_file.h"
#include "io/guard.h"

#include <csignal>
#include <cstdio>
#include <malloc.h>

namespace {

/// Large blocks come from the system and go back to it. Left alone, the allocator keeps up to 64 MB of what a phase has
/// freed once it has seen blocks of that size, and that counts in every later phase.
void give_memory_back() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  give_memory_back();
  std::signal(SIGPIPE, SIG_IGN);
  heapdiff::remove_unfinished_file_on_signals();
  return heapdiff::guarded([&] { return heapdiff::run_program(argc, argv); }, stderr);
}
