#include "options/settings_trust.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, SettingTrust> kTrust[] = {
    {"after", SettingTrust::in_project},
    {"at", SettingTrust::judgement},
    {"baseline", SettingTrust::judgement_in_project},
    {"before", SettingTrust::in_project},
    {"before-each", SettingTrust::command_line},
    {"by", SettingTrust::free},
    {"color", SettingTrust::free},
    {"constructor", SettingTrust::free},
    {"durable", SettingTrust::free},
    {"fail-on", SettingTrust::free},  // a gate of the command line replaces those of the file
    {"filter", SettingTrust::free},
    {"force", SettingTrust::forbidden},
    {"format", SettingTrust::free},
    {"full", SettingTrust::free},
    {"heap-profile", SettingTrust::in_project},
    {"id", SettingTrust::free},
    {"interval", SettingTrust::judgement},
    {"key", SettingTrust::forbidden},
    {"lenient", SettingTrust::forbidden},
    {"limit", SettingTrust::free},
    {"max-memory", SettingTrust::forbidden},
    {"no-excerpts", SettingTrust::free},
    {"no-source", SettingTrust::free},
    {"observed", SettingTrust::free},
    {"ops", SettingTrust::judgement},
    {"output", SettingTrust::forbidden},
    {"paths", SettingTrust::free},
    {"quiet", SettingTrust::free},
    {"redact", SettingTrust::forbidden},
    {"repo", SettingTrust::in_project},
    {"show-names", SettingTrust::forbidden},
    {"show-values", SettingTrust::forbidden},
    {"since", SettingTrust::free},
    {"source-map", SettingTrust::in_project},
    {"source-root", SettingTrust::in_project},
    {"suppress", SettingTrust::judgement_in_project},
    {"suspect", SettingTrust::free},
    {"table", SettingTrust::free},
    {"to", SettingTrust::free},
    {"top", SettingTrust::free},
    {"tz", SettingTrust::judgement},
    {"unlinkable", SettingTrust::free},
    {"verbose", SettingTrust::free},
    {"width", SettingTrust::free},
};

bool lies_in(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

SettingTrust setting_trust(std::string_view option) {
  const auto* const at =
      std::find_if(std::begin(kTrust), std::end(kTrust), [&](const auto& entry) { return entry.first == option; });
  return at == std::end(kTrust) ? SettingTrust::forbidden : at->second;
}

void require_in_project(std::string_view option, const std::vector<std::string>& values, const std::string& project,
                        const std::string& origin) {
  std::error_code error;
  const fs::path folder = fs::canonical(project, error);
  for (const std::string& value : values) {
    const fs::path path = fs::weakly_canonical(fs::absolute(value, error), error);
    if (error || !lies_in(path, folder)) {
      throw Error(ErrorKind::usage,
                  fmt::format("{}: '{}' lies outside of the project, and the settings of a checkout may not name it "
                              "for {}",
                              visible_text(origin), visible_text(value), option),
                  fmt::format("Give --{} on the command line, or trust the file with --config.", option));
    }
  }
}

}  // namespace heapdiff
