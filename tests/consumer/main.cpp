// consumer OLDER NEWER: the largest classes of the newer snapshot, and the classes that grew.
#include <heapdiff/diff/class_diff.h>
#include <heapdiff/snapshot/heap.h>
#include <heapdiff/snapshot/load.h>
#include <heapdiff/version.h>

#include <algorithm>
#include <cstdio>

int main(int, char** argv) {
  using namespace heapdiff;
  Heap heap = compute_heap(load_snapshot(argv[2]));
  std::sort(heap.constructors.begin(), heap.constructors.end(),
            [](const ConstructorRow& a, const ConstructorRow& b) { return a.retained_bytes > b.retained_bytes; });
  for (std::size_t i = 0; i < 3; ++i) {
    const ConstructorRow& row = heap.constructors[i];
    std::printf("%s: %llu objects\n", heap.classes.info(row.constructor).name.c_str(),
                static_cast<unsigned long long>(row.count));
  }
  heap = compute_heap(load_snapshot(argv[2]));
  const std::vector<InterfaceDefinition> interfaces = heap.interfaces;
  const ClassExtract after = extract_classes(heap);
  heap = compute_heap(load_snapshot(argv[1]), {}, &interfaces);
  const ClassDiff diff = diff_classes(extract_classes(heap), after);
  for (const ClassDiffRow& row : diff.rows) {
    if (row.name == "Redis")
      std::printf("Redis retains %+lld bytes\n", static_cast<long long>(row.retained_delta()));
  }
  std::printf("heapdiff %s\n", HEAPDIFF_VERSION_TEXT);
}
