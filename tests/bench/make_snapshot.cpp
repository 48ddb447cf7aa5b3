// Writes a valid snapshot of about BYTES bytes to standard output: input for scale tests that never touches a disk.
//
//   heapdiff_make_snapshot BYTES [SEED] | heapdiff summary -

#include "synthetic.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  const std::uint64_t bytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (bytes == 0) {
    std::fputs("usage: heapdiff_make_snapshot BYTES [SEED]\n", stderr);
    return 2;
  }
  using heapdiff::bench::SyntheticSnapshot;
  const SyntheticSnapshot snapshot(SyntheticSnapshot::nodes_for(bytes),
                                   argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  snapshot.write([](std::string_view piece) {
    if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size()) {
      std::exit(5);  // the reader went away
    }
  });
  return std::fflush(stdout) == 0 ? 0 : 5;
}
