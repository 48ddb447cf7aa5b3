#include "capture/heap_census.h"

#include "capture/inspector_session.h"
#include "heapdiff/snapshot/error.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <string>

namespace heapdiff::capture {

namespace {

using CensusJson = nlohmann::json;

constexpr std::chrono::seconds kCensusPatience(60);
constexpr const char* kCensusGroup = "heapdiff-census";

constexpr const char* kLargeObjects = R"((() => {
  try {
    const load = typeof require === 'function' ? require : process.getBuiltinModule;
    let bytes = 0;
    for (const space of load('v8').getHeapSpaceStatistics()) {
      if (/large_object_space$/.test(space.space_name)) bytes += space.space_used_size;
    }
    return bytes;
  } catch { return -1; }
})())";

/// Of a list of arrays. Elements are looked up and not read: reading runs what the program has put there as an
/// accessor. Numbers are no references, and holes are none. An array whose elements are mostly holes may be kept as a
/// table of those that are there: it does not count as the large array that its length says.
constexpr const char* kOfArrays = R"(function() {
  let references = 0, longest = 0, largeBytes = 0;
  for (let at = 0; at < this.length; ++at) {
    const list = this[at];
    if (!Array.isArray(list)) continue;
    const length = list.length, step = Math.max(1, Math.floor(length / 64));
    let looked = 0, there = 0, found = 0;
    for (let i = 0; i < length; i += step) {
      ++looked;
      const element = Object.getOwnPropertyDescriptor(list, i);
      if (element === undefined) continue;
      ++there;
      if (typeof element.value !== 'number') ++found;
    }
    if (there * 2 < looked) { references += there; continue; }
    if (found !== 0) { references += Math.ceil(found / looked * length); longest = Math.max(longest, length); }
    if (length > 16384) largeBytes += 8 * length;
  }
  return [references, longest, largeBytes];
})";

/// Of a list of maps or sets. A class of the program may have a size of its own.
constexpr const char* kOfTables = R"(function() {
  const sizes = [Map, Set].map((type) => Object.getOwnPropertyDescriptor(type.prototype, 'size').get);
  let references = 0;
  for (let at = 0; at < this.length; ++at) {
    for (const size of sizes) {
      try { references += 2 * size.call(this[at]); } catch { continue; }
    }
  }
  return [references, 0, 0];
})";

std::optional<std::uint64_t> count_of(const CensusJson& value) {
  constexpr double kMost = 1e15;
  if (!value.is_number()) {
    return std::nullopt;
  }
  const auto number = value.get<double>();
  return std::isfinite(number) && number >= 0 && number < kMost ? std::optional(static_cast<std::uint64_t>(number))
                                                                : std::nullopt;
}

/// The value of a member at the path; null where it is not there.
CensusJson member_at(const CensusJson& object, const char* first, const char* second) {
  const auto outer = object.find(first);
  if (outer == object.end() || !outer->is_object()) {
    return nullptr;
  }
  const auto inner = outer->find(second);
  return inner == outer->end() ? CensusJson(nullptr) : *inner;
}

/// What `function` says of all objects that inherit from `prototype`.
std::optional<ReferenceCensus> ask_of(InspectorSession& session, const char* prototype, const char* function) {
  const CensusJson parent = member_at(
      session.call("Runtime.evaluate", {{"expression", prototype}, {"objectGroup", kCensusGroup}, {"silent", true}},
                   kCensusPatience),
      "result", "objectId");
  if (!parent.is_string()) {
    return std::nullopt;
  }
  const CensusJson all =
      member_at(session.call("Runtime.queryObjects", {{"prototypeObjectId", parent}, {"objectGroup", kCensusGroup}},
                             kCensusPatience),
                "objects", "objectId");
  if (!all.is_string()) {
    return std::nullopt;
  }
  const CensusJson said = member_at(
      session.call("Runtime.callFunctionOn",
                   {{"objectId", all}, {"functionDeclaration", function}, {"returnByValue", true}, {"silent", true}},
                   kCensusPatience),
      "result", "value");
  if (!said.is_array() || said.size() != 3) {
    return std::nullopt;
  }
  const auto references = count_of(said[0]);
  const auto longest = count_of(said[1]);
  const auto large = count_of(said[2]);
  if (!references || !longest || !large) {
    return std::nullopt;
  }
  return ReferenceCensus{*references, *longest, *large};
}

}  // namespace

std::optional<std::uint64_t> ask_large_object_bytes(InspectorSession& session) {
  try {
    const CensusJson answer = session.call(
        "Runtime.evaluate",
        {{"expression", kLargeObjects}, {"returnByValue", true}, {"includeCommandLineAPI", true}, {"silent", true}});
    return count_of(member_at(answer, "result", "value"));
  } catch (const Error&) {
    return std::nullopt;  // a target that is gone fails at the next call
  }
}

std::optional<ReferenceCensus> ask_references(InspectorSession& session) {
  std::optional<ReferenceCensus> sum;
  try {
    sum = ask_of(session, "Array.prototype", kOfArrays);
    for (const char* prototype : {"Map.prototype", "Set.prototype"}) {
      const auto tables = sum ? ask_of(session, prototype, kOfTables) : std::nullopt;
      if (!tables) {
        sum.reset();
        break;
      }
      sum->references += tables->references;
    }
    session.call("Runtime.releaseObjectGroup", {{"objectGroup", kCensusGroup}}, kCensusPatience);
  } catch (const Error&) {
    return std::nullopt;  // a target that is gone fails at the next call
  }
  return sum;
}

}  // namespace heapdiff::capture
