#include "heapdiff/diff/heap_profile.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "sites/source_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace heapdiff {
namespace {

using Json = nlohmann::json;
using Key = std::tuple<std::string, std::uint32_t, std::uint32_t, std::string>;  // script, line, column, name

constexpr std::uintmax_t kMaxProfileBytes = std::uintmax_t{256} << 20U;
constexpr std::size_t kMaxAdded = 3;
constexpr double kMinShare = 0.02;  // of the live bytes

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? visible_text(found->get_ref<const std::string&>())
                                                     : std::string();
}

/// 1-based; 0 where the profile says -1 or nothing.
std::uint32_t position_of(const Json& frame, const char* key) {
  const auto found = frame.find(key);
  const std::int64_t value =
      found != frame.end() && found->is_number_integer() ? found->get<std::int64_t>() : std::int64_t{-1};
  return value < 0 || value >= INT32_MAX ? 0 : static_cast<std::uint32_t>(value) + 1;
}

std::uint64_t bytes_of(const Json& node) {
  const auto found = node.find("selfSize");
  return found != node.end() && found->is_number()
             ? static_cast<std::uint64_t>(std::clamp(found->get<double>(), 0.0, 1e15))
             : 0;
}

std::uint64_t number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

/// What a function has in a profile.
struct Sampled {
  std::uint64_t bytes = 0;
  std::uint64_t samples = 0;
  double squares = 0;
};

/// Adds the samples, each of which stands for its `size` in bytes. A profile without samples gets those that V8 would
/// have taken: one for each 512 KiB.
void add_samples(const Json& profile, const std::map<std::uint64_t, Key>& key_of_node, std::map<Key, Sampled>& bytes) {
  constexpr double kDefaultInterval = 524288;
  const auto samples = profile.find("samples");
  if (samples != profile.end() && samples->is_array() && !samples->empty()) {
    for (const Json& sample : *samples) {
      const auto key = sample.is_object() ? key_of_node.find(number_of(sample, "nodeId")) : key_of_node.end();
      const auto size = sample.is_object() ? sample.find("size") : sample.end();
      if (key == key_of_node.end() || size == sample.end() || !size->is_number()) {
        continue;
      }
      const double stands_for = std::clamp(size->get<double>(), 0.0, 1e15);
      Sampled& into = bytes[key->second];
      into.samples += 1;
      into.squares += stands_for * stands_for;
    }
    return;
  }
  for (auto& [key, own] : bytes) {
    own.samples = static_cast<std::uint64_t>(static_cast<double>(own.bytes) / kDefaultInterval) + 1;
    own.squares = static_cast<double>(own.bytes) * kDefaultInterval;
  }
}

}  // namespace

HeapProfile read_heap_profile(const std::string& path) {
  const auto fail = [&](const std::string& expected) {
    return Error(ErrorKind::input, path, std::nullopt, "expected " + expected,
                 "Give a file that DevTools or node --heap-prof wrote.");
  };
  const auto text = sites::read_limited(path, kMaxProfileBytes);
  if (!text) {
    throw fail("a readable heap profile of at most 256 MB");
  }
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("head") || !json["head"].is_object()) {
    throw fail("a heap profile: a JSON object with \"head\"");
  }
  struct Open {
    const Json* node;
    Key program;  // the innermost program function so far
  };
  HeapProfile profile;
  std::map<Key, Sampled> bytes;  // the empty key is the runtime's
  std::map<std::uint64_t, Key> key_of_node;
  std::vector<Open> open;
  open.push_back({&json["head"], Key{}});
  while (!open.empty()) {
    Open at = std::move(open.back());
    open.pop_back();
    const auto frame = at.node->find("callFrame");
    if (frame == at.node->end() || !frame->is_object()) {
      throw fail("\"callFrame\" in every node of the heap profile");
    }
    const std::string script = text_of(*frame, "url");
    const std::uint32_t line = position_of(*frame, "lineNumber");
    if (!script.empty() && line > 0 && !is_runtime_script(script)) {
      at.program = Key{script, line, position_of(*frame, "columnNumber"), text_of(*frame, "functionName")};
    }
    const std::uint64_t own = bytes_of(*at.node);
    profile.live_bytes += own;
    if (own > 0) {
      bytes[at.program].bytes += own;
      key_of_node[number_of(*at.node, "id")] = at.program;
    }
    const auto children = at.node->find("children");
    if (children != at.node->end() && children->is_array()) {
      for (const Json& child : *children) {
        if (child.is_object()) {
          open.push_back({&child, at.program});
        }
      }
    }
  }
  add_samples(json, key_of_node, bytes);
  for (const auto& [key, own] : bytes) {
    ProfiledFunction function;
    function.samples = own.samples;
    function.squares = own.squares;
    profile.samples += own.samples;
    if (std::get<0>(key).empty()) {
      function.live_bytes = own.bytes;
      profile.runtime = std::move(function);
      continue;
    }
    std::tie(function.position.script, function.position.line, function.position.column, function.position.name) = key;
    function.position.script = plain_script_name(function.position.script);
    function.position.role = SiteRole::allocation;
    function.position.evidence = SiteEvidence::sampling_profile;
    function.live_bytes = own.bytes;
    profile.functions.push_back(std::move(function));
  }
  std::stable_sort(profile.functions.begin(), profile.functions.end(),
                   [](const auto& a, const auto& b) { return a.live_bytes > b.live_bytes; });
  return profile;
}

void add_profile(Suspect& suspect, const HeapProfile& profile) {
  const auto is_program = [](const FunctionPosition& f) { return !is_runtime_script(f.script); };
  const bool named = std::any_of(suspect.functions.begin(), suspect.functions.end(), is_program);
  std::size_t added = 0;
  for (const ProfiledFunction& function : profile.functions) {
    const double share =
        static_cast<double>(function.live_bytes) / static_cast<double>(std::max<std::uint64_t>(profile.live_bytes, 1));
    if (added == kMaxAdded || share < kMinShare) {
      break;
    }
    const auto same_script = [&](const FunctionPosition& f) { return f.script == function.position.script; };
    if (named && std::none_of(suspect.functions.begin(), suspect.functions.end(), same_script)) {
      continue;
    }
    const std::string note =
        fmt::format("holds {:.0f} % of the live bytes that the profile sampled in the whole process", 100 * share);
    const auto known = std::find_if(suspect.functions.begin(), suspect.functions.end(), [&](const auto& f) {
      return same_script(f) && f.line == function.position.line && f.column == function.position.column;
    });
    if (known != suspect.functions.end()) {
      known->note = known->note.empty() ? note : known->note;
      continue;
    }
    FunctionPosition position = function.position;
    position.note = note;
    // After the functions that the retaining path gives, before those of the runtime.
    const auto runtime = std::find_if_not(suspect.functions.begin(), suspect.functions.end(), is_program);
    suspect.functions.insert(runtime, std::move(position));
    ++added;
  }
}

}  // namespace heapdiff
