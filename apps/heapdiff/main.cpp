#include "cli.h"
#include "heapdiff/reports/output_file.h"
#include "io/guard.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <malloc.h>

namespace {

/// Makes the allocator take large blocks from the system and give them back. By default it keeps up to 64 MB of freed
/// blocks once it has seen blocks of that size, which adds to the memory of every later phase.
void give_memory_back() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  give_memory_back();
  std::set_terminate(heapdiff::end_without_memory);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit of file sizes then fails as one to a full disk does
  heapdiff::remove_unfinished_file_on_signals();
  return heapdiff::guarded([&] { return heapdiff::run_program(argc, argv); }, stderr);
}
