#include "heapdiff/diff/capture_source.h"
#include "heapdiff/diff/leak_kind.h"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

using namespace heapdiff;

namespace {

template <typename Enumeration>
std::set<std::string_view> names_up_to(Enumeration last) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.insert(to_string(static_cast<Enumeration>(i)));
  }
  return names;
}

}  // namespace

TEST_CASE("each kind of leak and each source of a time has a name of its own") {
  const auto kinds = names_up_to(LeakKind::unknown);
  CHECK(kinds.size() == static_cast<std::size_t>(LeakKind::unknown) + 1);
  CHECK(kinds.count("") == 0);
  CHECK(to_string(LeakKind::event_listener) == "event-listener");
  CHECK(to_string(LeakKind::unknown) == "unknown");
  CHECK(names_up_to(CaptureSource::modification_time) ==
        std::set<std::string_view>{"none", "option", "file-name", "modification-time"});
  CHECK(to_string(CaptureSource::modification_time) == "modification-time");
}
