// Every series in testdata whose answer is known, through the real program: verdict, kind, constructor, line and rate.
//
// What heapdiff gets wrong today stands in the truth under "expectedToFail": [{"check", "reason"}]. Such a check must
// fail, so that the entry goes away together with the fault. HEAPDIFF_SCENARIOS names another folder of series;
// HEAPDIFF_SCENARIO_TABLE prints a row for each, and the sums.

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::vector<fs::path> labelled_series() {
  const char* folder = std::getenv("HEAPDIFF_SCENARIOS");
  std::vector<fs::path> series;
  for (const auto& entry : fs::directory_iterator(folder != nullptr ? folder : HEAPDIFF_TESTDATA "/snapshots")) {
    if (fs::exists(entry.path() / "truth.json")) {
      series.push_back(entry.path());
    }
  }
  std::sort(series.begin(), series.end());
  return series;
}

json analyze(const fs::path& series, const json& truth) {
  std::string command = "TZ=UTC " HEAPDIFF_BINARY " analyze";
  for (const auto& snapshot : truth["snapshots"]) {
    command += " '" + (series / snapshot["file"].get<std::string>()).string() + "'";
  }
  command += " --format json --source-root '" + (series / truth["scenarioDir"].get<std::string>()).string() + "'";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return json::parse(text);
}

bool ends_with_path(const std::string& file, const std::string& wanted) {
  return file == wanted || file.ends_with("/" + wanted);
}

/// The leaking statement or one of its alternates.
bool is_true_site(const json& site, const json& truth) {
  std::vector<json> wanted = truth.value("alternates", std::vector<json>());
  wanted.push_back(truth["site"]);
  return std::any_of(wanted.begin(), wanted.end(), [&](const json& place) {
    return ends_with_path(site["file"], place["file"]) && site["line"] == place["line"];
  });
}

/// Constructors carry details, "(closure) watch" or "Object {a, b}"; the truth has the bare class.
bool is_true_constructor(const std::string& name, const json& truth) {
  std::vector<std::string> wanted = truth.value("constructors", std::vector<std::string>());
  const auto holders = truth.value("holders", std::vector<std::string>());
  wanted.insert(wanted.end(), holders.begin(), holders.end());
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
    const bool object_literal = word == "Object" && name.starts_with("{");
    return name == word || name.starts_with(word + " ") || object_literal;
  });
}

bool is_true_kind(const json& kind, const json& truth) {
  const auto acceptable = truth.value("acceptableKinds", std::vector<std::string>());
  return kind == truth["kind"] || std::find(acceptable.begin(), acceptable.end(), kind) != acceptable.end();
}

/// The rate of the first leak alone where the truth knows it, else that of the heap; bytes per hour.
double true_rate(const json& truth) {
  const json& all = truth["snapshots"];
  const double operations = all.back()["iterations"].get<double>() - all.front()["iterations"].get<double>();
  const double heap = truth["measured"]["heapBytesPerIteration"];
  return truth.value("primaryBytesPerIteration", heap) * operations / truth["measured"]["hours"].get<double>();
}

/// What holds of a report: check name -> whether it does.
std::map<std::string, bool> judge(const json& report, const json& truth) {
  if (truth["verdict"] == "no-leak") {
    return {{"verdict", report["verdict"] != "leak"}};
  }
  const json none = {{"kind", "none"}, {"constructor", ""}, {"sites", json::array()}, {"retainingPath", json::array()}};
  const json& suspects = report["suspects"];
  const json first = suspects.empty() ? none : suspects[0];
  const json& sites = first["sites"];
  const json rate = first.value("rateBytesPerHour", json());
  const double wanted = true_rate(truth);
  std::map<std::string, bool> held{
      {"verdict", report["verdict"] == "leak"},
      {"kind", is_true_kind(first["kind"], truth)},
      {"constructor", is_true_constructor(first["constructor"], truth)},
      {"line", !sites.empty() && is_true_site(sites[0], truth)},
      {"rate", rate.is_object() && std::abs(rate["estimate"].get<double>() - wanted) <= 0.25 * wanted}};
  if (!truth.value("secondary", json::array()).empty()) {
    held["secondary"] = std::all_of(truth["secondary"].begin(), truth["secondary"].end(), [&](const json& leak) {
      return std::any_of(suspects.begin(), suspects.end(), [&](const json& suspect) {
        return is_true_kind(suspect["kind"], leak) && !suspect["sites"].empty() &&
               is_true_site(suspect["sites"][0], leak);
      });
    });
  }
  return held;
}

/// Figures of all series, as the acceptance of the detectors asks for them.
struct Sums {
  int leaks = 0, first = 0, lines = 0, rates = 0, bounds = 0;
  int healthy = 0, false_alarms = 0;

  void add(const std::string& name, const json& report, const json& truth, const std::map<std::string, bool>& held) {
    if (truth["verdict"] == "no-leak") {
      ++healthy;
      false_alarms += report["verdict"] == "leak" ? 1 : 0;
      MESSAGE(name, ": ", report["verdict"].get<std::string>());
      return;
    }
    ++leaks;
    const bool found = held.at("kind") && held.at("line");
    const json rate = report["suspects"].empty() ? json() : report["suspects"][0]["rateBytesPerHour"];
    const double wanted = true_rate(truth);
    const double estimate = rate.is_object() ? rate["estimate"].get<double>() : 0;
    const bool bounded = rate.is_object() && rate["low"].is_number() && rate["high"].is_number() &&
                         rate["low"].get<double>() <= wanted && wanted <= rate["high"].get<double>();
    const bool close = std::abs(estimate - wanted) <= 0.05 * wanted;
    first += found ? 1 : 0;
    lines += held.at("line") ? 1 : 0;
    rates += held.at("rate") ? 1 : 0;
    bounds += bounded || close ? 1 : 0;
    MESSAGE(name, ": ", report["verdict"].get<std::string>(), ", kind ",
            std::string(held.at("kind") ? "right" : "wrong"), ", line ",
            std::string(held.at("line") ? "right" : "wrong"), ", rate ", std::lround(100 * (estimate / wanted - 1)),
            " % off, truth ",
            std::string(bounded ? "inside"
                        : close ? "within 5 %"
                                : "outside"));
  }

  void tell() const {
    MESSAGE("first suspect ", first, "/", leaks, ", line ", lines, "/", leaks, ", false alarms ", false_alarms, "/",
            healthy, ", rate within 25 % ", rates, "/", leaks, ", truth inside or within 5 % ", bounds, "/", leaks);
  }
};

}  // namespace

TEST_CASE("every labelled series is judged as its truth says") {
  const std::vector<fs::path> all = labelled_series();
  CHECK(!all.empty());
  const bool table = std::getenv("HEAPDIFF_SCENARIO_TABLE") != nullptr;
  Sums sums;
  for (const fs::path& series : all) {
    std::ifstream file(series / "truth.json");
    const json truth = json::parse(file);
    const std::string name = truth["name"];
    CAPTURE(name);
    std::map<std::string, std::string> faults;
    for (const json& fault : truth.value("expectedToFail", json::array())) {
      faults[fault["check"]] = fault["reason"];
    }
    const json report = analyze(series, truth);
    const std::map<std::string, bool> held = judge(report, truth);
    if (table) {
      sums.add(name, report, truth, held);
    }
    for (const auto& judged : held) {
      const std::string& check = judged.first;  // clang 14 captures no structured bindings
      const bool holds = judged.second;
      CAPTURE(check);
      if (faults.contains(check)) {
        CHECK_MESSAGE(!holds, "fixed: take it out of expectedToFail in scenario.json and truth.json");
      } else {
        CHECK(holds);
      }
    }
    for (const auto& expected : faults) {
      const std::string& check = expected.first;
      const std::string& reason = expected.second;
      CHECK_MESSAGE(held.contains(check), check, " is no check, or does not apply here: ", reason);
    }
  }
  if (table) {
    sums.tell();
  }
}

TEST_CASE("the generated test, rules and file of every leak carry the signature of the analysis") {
  std::size_t leaks = 0;
  for (const fs::path& series : labelled_series()) {
    const json truth = json::parse(std::ifstream(series / "truth.json"));
    if (truth["verdict"] != "leak") {
      continue;
    }
    CAPTURE(series.filename().string());
    const json report = analyze(series, truth);
    CHECK(report["signatureVersion"] == 2);
    for (const json& suspect : report["suspects"]) {
      const std::string signature = suspect["signature"];
      CHECK(signature.size() == 16);
      CHECK(suspect["kit"]["testFile"] == "leak-" + signature + ".test.mjs");
      CHECK(suspect["kit"]["test"].get<std::string>().find("the leak " + signature + " ") != std::string::npos);
      CHECK(suspect["kit"]["prometheusRules"].get<std::string>().find("leak: '" + signature + "'") !=
            std::string::npos);
      ++leaks;
    }
  }
  CHECK(leaks > 0);
}
