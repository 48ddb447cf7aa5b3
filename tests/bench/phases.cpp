// Prints what each phase of reading one snapshot costs: wall time, CPU time of all threads, resident memory at its end,
// and the highest so far.
//
//   heapdiff_phases [--threads N] [--keep-graph] [--floor] [--load-only] FILE
//
// --floor adds a pass that only reads the file and looks for a byte that is not there: the speed of reading.

#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/progress.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

/// One row per phase; a phase ends when the next one is announced.
class PhaseClock final : public heapdiff::ProgressListener {
 public:
  void on_progress(std::string_view phase, std::uint64_t, std::optional<std::uint64_t>) override {
    if (phase != phase_) {
      end();
      begin(phase);
    }
  }
  void begin(std::string_view phase) {
    phase_ = phase;
    wall_ = std::chrono::steady_clock::now();
    cpu_ = cpu_seconds();
  }
  void end() {
    if (phase_.empty()) {
      return;
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_;
    fmt::print("{:<18}{:>9.3f}{:>9.3f}{:>10.0f}{:>10.0f}\n", phase_, wall.count(), cpu_seconds() - cpu_, resident_mb(),
               peak_mb());
    phase_.clear();
  }

 private:
  std::string phase_;
  std::chrono::steady_clock::time_point wall_;
  double cpu_ = 0;
};

/// Reads the file in blocks and searches each: what no parser can be faster than.
void read_only(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw std::runtime_error(std::string(path) + ": " + std::strerror(errno));
  }
  std::vector<char> block(std::size_t{256} << 10U);
  std::size_t found = 0;
  ssize_t n = 0;
  while ((n = ::read(fd, block.data(), block.size())) > 0) {
    found += std::memchr(block.data(), '\x01', static_cast<std::size_t>(n)) != nullptr ? 1U : 0U;
  }
  ::close(fd);
  if (found == SIZE_MAX) {
    std::abort();  // keeps the search from being optimised away
  }
}

}  // namespace

int main(int argc, char** argv) {
  heapdiff::LoadOptions load;
  heapdiff::HeapOptions derive;
  derive.keep = heapdiff::GraphParts::node_sizes;
  derive.keep_distances = false;
  bool floor = false;
  bool load_only = false;
  const char* path = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--threads" && i + 1 < argc) {
      load.threads = derive.threads = static_cast<unsigned>(std::atoi(argv[++i]));
    } else if (arg == "--keep-graph") {
      derive.keep = heapdiff::GraphParts::all;
      derive.keep_distances = true;
    } else if (arg == "--floor") {
      floor = true;
    } else if (arg == "--load-only") {
      load_only = true;
    } else {
      path = argv[i];
    }
  }
  if (path == nullptr) {
    fmt::print(stderr, "usage: heapdiff_phases [--threads N] [--keep-graph] [--floor] [--load-only] FILE\n");
    return 2;
  }
  try {
    PhaseClock clock;
    fmt::print("{:<18}{:>9}{:>9}{:>10}{:>10}\n", "phase", "wall s", "cpu s", "rss MB", "peak MB");
    if (floor) {
      clock.begin("read+memchr");
      read_only(path);
      clock.end();
    }
    clock.begin("load");
    load.progress = nullptr;
    heapdiff::LoadedSnapshot loaded = heapdiff::load_snapshot(path, load);
    clock.end();
    if (load_only) {
      return 0;
    }
    const double file = static_cast<double>(loaded.input.size_bytes);
    derive.progress = &clock;
    const heapdiff::Heap heap = heapdiff::compute_heap(std::move(loaded), derive);
    clock.end();
    fmt::print("{} nodes, {} edges, {:.0f} MB; peak {:.3f} x the text, {:.0f} ns of CPU per edge in all\n",
               heap.graph.node_count(), heap.graph.edge_count(), file / 1e6, peak_mb() * 1e6 / file,
               cpu_seconds() * 1e9 / static_cast<double>(heap.graph.edge_count() + 1));
  } catch (const std::exception& e) {
    fmt::print(stderr, "heapdiff_phases: {}\n", e.what());
    return 3;
  }
  return 0;
}
