#include "cli.h"
#include "guard.h"
#include "heapdiff/reports/output_file.h"

#include <csignal>
#include <cstdio>

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  heapdiff::remove_unfinished_file_on_signals();
  return heapdiff::guarded([&] { return heapdiff::run_program(argc, argv); }, stderr);
}
