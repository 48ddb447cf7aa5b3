#include "heapdiff/reports/sync_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace heapdiff {

int sync_folder(const std::string& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int reason = opened < 0 || ::fsync(opened) != 0 ? errno : 0;
  if (opened >= 0) {
    ::close(opened);
  }
  return reason == EINVAL ? 0 : reason;
}

}  // namespace heapdiff
