#include "heapdiff/reports/report_texts.h"

#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/render.h"
#include "support/sample_report.h"
#include "support/struct_members.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

using namespace heapdiff;

namespace {

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

/// Puts one element into every empty list and optional below `value`, and collects every text that lies in it.
class Filler {
 public:
  template <class T>
  void fill(T& value, int depth = 0) {
    if constexpr (std::is_same_v<T, std::string>) {
      texts.push_back(&value);
    } else if constexpr (IsOptional<T>::value) {
      value.emplace();
      fill(*value, depth + 1);
    } else if constexpr (IsList<T>::value) {
      if (depth > kMaxDepth) {
        return;  // of a tree, three levels stand for all
      }
      if (value.empty()) {
        value.emplace_back();
      }
      for (auto& element : value) {
        fill(element, depth + 1);
      }
    } else if constexpr (std::is_class_v<T>) {
      test::for_each_member(value, [&](auto& member) { fill(member, depth + 1); });
    }
  }

  std::vector<const std::string*> texts;

 private:
  static constexpr int kMaxDepth = 7;
};

}  // namespace

TEST_CASE("every text of a report is visited once") {
  RcaReport report;
  Filler filler;
  filler.fill(report);
  std::map<const std::string*, int> visits;
  for_each_text(report, [&](const std::string& text, TextKind) { ++visits[&text]; });
  REQUIRE(filler.texts.size() > 70);
  CHECK(visits.size() == filler.texts.size());
  for (std::size_t i = 0; i < filler.texts.size(); ++i) {
    CAPTURE(i);  // the i-th text of rca_report.h, counted through its structs
    CHECK(visits[filler.texts[i]] == 1);
  }
}

TEST_CASE("a secret in any text that can hold one is in no output") {
  const std::string secret = "alice.liddell@example.com";
  RcaReport report = test::sample_report();
  Filler().fill(report);  // the optional members that the sample leaves out
  report.suspects.front().kit = repair_kit(test::sample_names("event-listener", secret));
  std::size_t planted = 0;
  std::size_t fixed = 0;
  for_each_text(report, [&](std::string& text, TextKind kind) {
    if (kind == TextKind::fixed) {
      ++fixed;
      return;
    }
    text = "x " + secret;
    ++planted;
  });
  CHECK(planted > 40);
  CHECK(fixed < planted);
  redact(report);
  for (const bool compared : {true, false}) {
    if (!compared) {
      report.comparison.reset();
    }
    for (const std::string& name : report_formats()) {
      CAPTURE(name);
      const std::string text = render(report, *parse_format(name), {});
      CHECK(text.find("liddell") == std::string::npos);
      CHECK(text.size() > 100);
    }
  }
}

TEST_CASE("the package of a site is masked") {
  RcaReport report = test::sample_report();
  report.suspects.front().sites.front().package = "alice.liddell@example.com 1.0.0";
  redact(report);
  CHECK(report.suspects.front().sites.front().package == "[e-mail] 1.0.0");
}
