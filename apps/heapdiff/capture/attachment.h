#pragma once
// From a target to an open session with its inspector.

#include "capture/inspector_closer.h"
#include "capture/inspector_session.h"
#include "capture/started_program.h"
#include "capture/target.h"

#include <memory>
#include <optional>

namespace heapdiff::capture {

/// In this order, so that the session ends before the inspector is closed, and that before the program is ended.
struct Attachment {
  std::unique_ptr<StartedProgram> program;
  std::unique_ptr<InspectorCloser> closer;
  std::unique_ptr<InspectorSession> session;
  std::optional<int> local_pid;  ///< where the target is known to be a process of this machine
};

/// `page` chooses among several targets of one inspector. With `force`, a process that does not look like Node is sent
/// the signal, too. Throws Error{input} where there is no inspector, Error{usage} where `page` does not tell which.
[[nodiscard]] Attachment attach(const Target& target, const std::string& page, bool force,
                                const InspectorOptions& options);

/// The page whose title or URL contains `wanted`; without one the only page that can have a heap. Throws Error{usage}
/// with the choice where that is not one.
[[nodiscard]] const InspectorPage& choose_page(const std::vector<InspectorPage>& pages, const std::string& wanted);

}  // namespace heapdiff::capture
