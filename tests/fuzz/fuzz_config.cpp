// Settings and gate expressions: a checkout brings the first, an environment variable or a workflow file the second.

#include "fuzz/check.h"
#include "heapdiff/diff/gate.h"
#include "heapdiff/snapshot/error.h"
#include "options/toml_file.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

void read_settings(const std::string& text) {
  try {
    static_cast<void>(parse_toml(text, "heapdiff.toml", "settings"));
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::input || error.kind() == ErrorKind::usage, error.what());
    const std::string what = error.what();
    require(what.find('\x1b') == std::string::npos && what.find('\0') == std::string::npos,
            "a message without controls");
  }
}

void read_gate(std::string_view text) {
  try {
    const GateRule rule = parse_gate(text);
    require(std::isfinite(rule.limit) && rule.limit >= 0, "a limit that can be compared");
    const GateRule again = parse_gate(rule.text);
    require(again.limit == rule.limit && again.metric == rule.metric && again.per == rule.per, "the same rule again");
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::usage, error.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) {
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    data[0] % 2 == 0 ? read_settings(std::string(text)) : read_gate(text);
  }
  return 0;
}
