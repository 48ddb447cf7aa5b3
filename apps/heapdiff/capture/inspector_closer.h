#pragma once
// Closes the inspector that we opened, whatever becomes of us.

#include "capture/socket.h"

#include <optional>
#include <sys/types.h>
#include <vector>

namespace heapdiff::capture {

struct InspectorOptions;

/// An inspector at a port of the process that is not among `before`.
[[nodiscard]] std::optional<Address> fresh_inspector(int pid, const std::vector<Address>& before,
                                                     const InspectorOptions& options);

/// While it lives, a child process waits. When it is destroyed, or this process ends in any way, the child closes the
/// inspector that process `pid` has opened since, and ends. To be made before that inspector is opened, and while this
/// process has one thread.
class InspectorCloser {
 public:
  /// `before`: the ports that the process listened at. Throws Error{limit} when there can be no child.
  InspectorCloser(int pid, std::vector<Address> before, const InspectorOptions& options);
  /// There is nothing to close.
  void stand_down();
  /// Waits until the child is done, at most a few seconds: a target that still writes a snapshot answers later, and the
  /// child then goes on alone.
  ~InspectorCloser();
  InspectorCloser(const InspectorCloser&) = delete;
  InspectorCloser& operator=(const InspectorCloser&) = delete;

 private:
  int pipe_ = -1;  ///< the child sees when it is closed
  pid_t child_ = -1;
};

}  // namespace heapdiff::capture
