#include <cstdio>
#include "export.h"
#include "row_sink.h"
#include "heapdiff/snapshot/error.h"
int main(int argc, char** argv) {
  using namespace heapdiff;
  (void)argc;
  try {
    LoadOptions o;
    Heap h = compute_heap(load_snapshot(argv[1], o), {});
    RowSink sink(1, "<stdout>");
    export_heap(h, sink);
  } catch (const Error& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return exit_code(e.kind());
  }
}
