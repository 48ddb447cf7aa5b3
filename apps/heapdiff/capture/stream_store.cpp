#include "capture/stream_store.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace heapdiff::capture {

StreamStore::~StreamStore() {
  if (profile_file_ >= 0) {
    ::close(profile_file_);
  }
}

std::unique_ptr<ArrivingSnapshot> StreamStore::open(const CapturedSnapshot& snapshot) {
  SeriesInput input;
  input.path = snapshot.file;
  input.named = false;
  input.operations = snapshot.operations;
  describe(snapshot, input);
  return std::make_unique<ArrivingSnapshot>(
      [this, input](ByteQueue& queue) {
        QueueSource source(queue);
        reader_.add(input, source);
      },
      [] {});
}

void StreamStore::keep_profile(const std::string& profile) {
  profile_file_ = ::memfd_create("heapprofile", MFD_CLOEXEC);
  std::string_view left = profile;
  while (profile_file_ >= 0 && !left.empty()) {
    const ssize_t n = ::write(profile_file_, left.data(), left.size());
    if (n < 0 && errno != EINTR) {
      break;
    }
    left.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  if (profile_file_ < 0 || !left.empty()) {
    throw Error(ErrorKind::output, std::string("cannot keep the sampling profile: ") + std::strerror(errno));
  }
  profile_path_ = fmt::format("/proc/self/fd/{}", profile_file_);
}

Series StreamStore::finish() {
  SeriesPlan plan;
  plan.arguments = ArgumentOrder::none;
  Series series = reader_.finish(plan);
  for (SeriesInput& input : series.inputs) {
    for (const CapturedSnapshot& snapshot : record_.snapshots) {
      if (snapshot.file == input.path) {
        describe(snapshot, input);
      }
    }
  }
  return series;
}

}  // namespace heapdiff::capture
