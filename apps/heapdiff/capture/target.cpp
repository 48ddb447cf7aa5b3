#include "capture/target.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace heapdiff::capture {

namespace {

[[noreturn]] void refuse_target(const std::string& got) {
  throw Error(ErrorKind::usage, "expected host:port, ws://host:port/path, pid:N, signal:N or -- COMMAND, got '" +
                                    visible_text(got, 80) + "'");
}

std::optional<int> process_id(std::string_view digits) {
  const auto pid = ascii::parse_number<int>(digits);
  return pid && *pid > 0 ? pid : std::nullopt;
}

/// "host:port", "[::1]:port", "host" or "port".
std::optional<Address> parse_address(std::string_view text) {
  Address address{"127.0.0.1", kInspectorPort};
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) {
      return std::nullopt;
    }
    address.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) {
      return std::nullopt;
    }
    port.remove_prefix(port.empty() ? 0 : 1);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    if (text.find(':') != colon) {
      return std::nullopt;
    }
    address.host = colon == 0 ? "127.0.0.1" : std::string(text.substr(0, colon));
    port = text.substr(colon + 1);
    if (port.empty()) {
      return std::nullopt;
    }
  } else if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    port = text;
  } else {
    address.host = text;
  }
  for (const char c : address.host) {
    if (c <= ' ' || c >= '\x7f' || c == '/' || c == '@') {
      return std::nullopt;
    }
  }
  if (!port.empty()) {
    const auto number = ascii::parse_number<std::uint16_t>(port);
    if (!number || *number == 0) {
      return std::nullopt;
    }
    address.port = *number;
  }
  return text.empty() || address.host.empty() ? std::nullopt : std::optional(address);
}

}  // namespace

Target parse_target(const std::string& text) {
  std::string_view rest = text;
  for (const bool by_signal : {false, true}) {
    const std::string_view prefix = by_signal ? "signal:" : "pid:";
    if (rest.starts_with(prefix)) {
      const auto pid = process_id(rest.substr(prefix.size()));
      if (!pid) {
        refuse_target(text);
      }
      return by_signal ? Target(SignalTarget{*pid}) : Target(ProcessTarget{*pid});
    }
  }
  std::string path;
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = rest.substr(0, scheme);
    if (name == "wss" || name == "https") {
      throw Error(ErrorKind::usage, fmt::format("{}:// is not supported", name),
                  "Forward the port to this machine, and give host:port.");
    }
    if (name != "ws" && name != "http") {
      refuse_target(std::string(name) + "://...");
    }
    rest.remove_prefix(scheme + 3);
    const std::size_t slash = rest.find('/');
    if (name == "ws" && slash != std::string_view::npos && slash + 1 < rest.size()) {
      path = rest.substr(slash);
    }
    rest = rest.substr(0, slash);
  }
  const auto address = parse_address(rest);
  if (!address) {
    refuse_target(rest.size() == text.size() ? text : "a URL without them");
  }
  return InspectorTarget{*address, path};
}

std::string shown(const Target& target) {
  if (const auto* inspector = std::get_if<InspectorTarget>(&target)) {
    return inspector->address.text();
  }
  if (const auto* process = std::get_if<ProcessTarget>(&target)) {
    return fmt::format("pid:{}", process->pid);
  }
  if (const auto* signal = std::get_if<SignalTarget>(&target)) {
    return fmt::format("signal:{}", signal->pid);
  }
  const auto& words = std::get<CommandTarget>(target).words;
  return words.empty() ? std::string("--") : "-- " + visible_text(words.front());
}

}  // namespace heapdiff::capture
