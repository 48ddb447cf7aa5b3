#pragma once
// What TARGET means.

#include "capture/socket.h"

#include <string>
#include <variant>
#include <vector>

namespace heapdiff::capture {

/// An inspector that listens already.
struct InspectorTarget {
  Address address;
  std::string path = {};  ///< of its WebSocket; empty: to be found in the list
};
/// A process of this machine whose inspector is opened by a signal.
struct ProcessTarget {
  int pid = 0;
};
/// A process of this machine that writes a snapshot into a file at a signal.
struct SignalTarget {
  int pid = 0;
};
/// A program to be started.
struct CommandTarget {
  std::vector<std::string> words;
};
using Target = std::variant<InspectorTarget, ProcessTarget, SignalTarget, CommandTarget>;

inline constexpr std::uint16_t kInspectorPort = 9229;

/// "host:port", "port", "ws://host:port/path", "http://host:port", "pid:N" or "signal:N". Throws Error{usage}, whose
/// message does not repeat a URL's path: it may hold a token.
[[nodiscard]] Target parse_target(const std::string& text);

/// For logs and for capture.json: without a URL's path.
[[nodiscard]] std::string shown(const Target& target);

}  // namespace heapdiff::capture
