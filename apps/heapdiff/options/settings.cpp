#include "options/settings.h"

#include "heapdiff/diff/near_words.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "options/settings_trust.h"
#include "options/toml_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

const CLI::Option* option_of(const CLI::App& command, std::string_view name) {
  return command.get_option_no_throw("--" + std::string(name));
}

/// The nearest heapdiff.toml from the working directory up to the root of its repository. Outside of a repository only
/// the working directory is looked at.
struct ProjectFile {
  std::string path;     ///< empty when no file was found
  std::string project;  ///< the root of the repository; outside of one the folder of the file
};
ProjectFile nearest_file() {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  fs::path found;
  for (fs::path at = here; !at.empty(); at = at.parent_path()) {
    if (found.empty() && fs::is_regular_file(at / "heapdiff.toml", error)) {
      found = at / "heapdiff.toml";
    }
    if (fs::exists(at / ".git", error)) {
      return {found.string(), at.string()};
    }
    if (at == at.root_path()) {
      break;
    }
  }
  return found.parent_path() == here ? ProjectFile{found.string(), here.string()} : ProjectFile{};
}

/// The settings of the user for all projects; empty when there are none.
std::string user_file() {
  const char* xdg = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (xdg != nullptr && *xdg == '/') {
    folder = xdg;
  } else if (home != nullptr && *home == '/') {
    folder = fs::path(home) / ".config";
  }
  std::error_code error;
  const fs::path file = folder / "heapdiff" / "heapdiff.toml";
  return !folder.empty() && fs::is_regular_file(file, error) ? file.string() : std::string();
}

std::string variable_of(std::string_view name) {
  std::string variable = "HEAPDIFF_";
  for (const char c : name) {
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

void add_values(CLI::Option& option, const std::vector<std::string>& values) {
  if (option.get_expected_max() == 0) {  // a flag
    if (values.size() == 1 && (values[0] == "false" || values[0] == "0" || values[0].empty())) {
      return;
    }
    if (values.size() != 1 || (values[0] != "true" && values[0] != "1")) {
      throw CLI::ValidationError("expected true or false for --" + option.get_lnames().front());
    }
    option.add_result("true");
  } else {
    for (const std::string& value : values) {
      option.add_result(value);
    }
  }
  option.run_callback();
}

void give(CLI::Option& option, const std::vector<std::string>& values, const std::string& origin) {
  try {
    add_values(option, values);
  } catch (const CLI::ParseError& e) {
    throw Error(ErrorKind::usage, fmt::format("{}: {}", visible_text(origin), e.what()));
  }
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find(';', start), text.size());
    if (end > start) {
      parts.push_back(text.substr(start, end - start));
    }
    start = end + 1;
  }
  return parts;
}

[[noreturn]] void refuse_setting(const std::string& origin, std::string_view name) {
  throw Error(ErrorKind::usage, fmt::format("{}: {} may be given on the command line only", origin, visible_text(name)),
              "It names a command to be run, which no file and no variable may bring in.");
}

class SettingsFile {
 public:
  /// `project`: the folder that the file may name files in; empty for a file that is trusted.
  SettingsFile(std::string path, std::string project, const CLI::App& program)
      : path_(std::move(path)), project_(std::move(project)), table_(read_toml(path_, "settings")) {
    const auto commands = program.get_subcommands([](const CLI::App*) { return true; });
    for (const CLI::App* command : commands) {
      for (const CLI::Option* option : command->get_options()) {
        known_.insert(known_.end(), option->get_lnames().begin(), option->get_lnames().end());
      }
    }
    for (const auto& [key, value] : table_) {
      const auto own = std::find_if(commands.begin(), commands.end(),
                                    [name = key.str()](const CLI::App* c) { return c->get_name() == name; });
      if (own != commands.end() && value.is_table()) {
        for (const auto& [inner, ignored] : *value.as_table()) {
          require(option_of(**own, inner.str()) != nullptr, inner);
          require_allowed(inner);
        }
        continue;
      }
      if (own != commands.end()) {
        throw Error(ErrorKind::usage, fmt::format("{}: line {}: expected a table [{}] with options of that command",
                                                  visible_text(path_), key.source().begin.line, key.str()));
      }
      if (value.is_table()) {
        std::vector<std::string> names;
        for (const CLI::App* command : commands) {
          names.push_back(command->get_name());
        }
        const std::string meant = nearest_word(key.str(), names);
        throw Error(ErrorKind::usage,
                    fmt::format("{}: line {}: there is no command [{}]", visible_text(path_), key.source().begin.line,
                                visible_text(key.str())),
                    meant.empty() ? "Tables are named like commands." : "Did you mean [" + meant + "]?");
      }
      require(std::any_of(commands.begin(), commands.end(),
                          [&, name = key.str()](const CLI::App* c) { return option_of(*c, name) != nullptr; }),
              key);
      require_allowed(key);
    }
  }

  struct Value {
    std::vector<std::string> texts;
    std::string origin;  ///< "heapdiff.toml, line 2"
  };
  [[nodiscard]] std::optional<Value> value_of(const std::string& command, const std::string& name) const {
    const toml::node* node = nullptr;
    if (const auto* own = table_[command].as_table()) {
      node = own->get(name);
    }
    node = node != nullptr ? node : table_.get(name);
    if (node == nullptr || node->is_table()) {
      return std::nullopt;
    }
    // A checkout's file by its name from the root of the repository, so that reports do not show where it lies.
    const std::string shown = project_.empty() ? path_ : fs::path(path_).lexically_relative(project_).string();
    Value value{{}, fmt::format("{}, line {}", shown, node->source().begin.line)};
    if (const auto* list = node->as_array()) {
      for (const auto& item : *list) {
        value.texts.push_back(text_of(item, name));
      }
    } else {
      value.texts.push_back(text_of(*node, name));
    }
    if (const SettingTrust trust = setting_trust(name);
        !project_.empty() && (trust == SettingTrust::in_project || trust == SettingTrust::judgement_in_project)) {
      require_in_project(name, value.texts, project_, value.origin);
    }
    return value;
  }
  /// Whether a person named the file, or it is the user's own.
  [[nodiscard]] bool is_trusted() const { return project_.empty(); }

 private:
  void require(bool known, const toml::key& key) const {
    if (!known) {
      const std::string meant = nearest_word(key.str(), known_);
      throw Error(ErrorKind::usage,
                  fmt::format("{}: line {}: no command has an option --{}", visible_text(path_),
                              key.source().begin.line, visible_text(key.str())),
                  meant.empty() ? "Keys are the long names of options." : "Did you mean " + meant + "?");
    }
  }
  void require_allowed(const toml::key& key) const {
    if (setting_trust(key.str()) == SettingTrust::command_line) {
      refuse_setting(fmt::format("{}: line {}", visible_text(path_), key.source().begin.line), key.str());
    }
    if (!project_.empty() && setting_trust(key.str()) == SettingTrust::forbidden) {
      throw Error(ErrorKind::usage,
                  fmt::format("{}: line {}: the settings of a checkout may not set {}", visible_text(path_),
                              key.source().begin.line, visible_text(key.str())),
                  fmt::format("Give --{} on the command line, or trust the file with --config {}.",
                              visible_text(key.str()), visible_text(path_)));
    }
  }
  [[nodiscard]] std::string text_of(const toml::node& node, const std::string& name) const {
    if (const auto* text = node.as_string()) {
      return text->get();
    }
    if (const auto* number = node.as_integer()) {
      return std::to_string(number->get());
    }
    if (const auto* number = node.as_floating_point()) {
      return fmt::format("{}", number->get());
    }
    if (const auto* flag = node.as_boolean()) {
      return flag->get() ? "true" : "false";
    }
    throw Error(ErrorKind::usage, fmt::format("{}: line {}: expected a text, a number or true for {}",
                                              visible_text(path_), node.source().begin.line, name));
  }

  std::string path_;
  std::string project_;
  toml::table table_;
  std::vector<std::string> known_;  ///< names of options
};

}  // namespace

void offer_settings(CLI::App& command) {
  command.add_option("--config", "Defaults of options (default: heapdiff.toml of the project)")->type_name("FILE");
  command.add_flag_callback(
      "--no-config", [] {}, "Read no heapdiff.toml");
}

AppliedSettings apply_settings(CLI::App& program, const std::function<void()>& declare_all) {
  AppliedSettings applied;
  const auto parsed = program.get_subcommands();
  if (parsed.empty()) {
    return applied;
  }
  CLI::App& command = *parsed.front();
  if (command.get_option_no_throw("--config") == nullptr) {
    return applied;
  }
  std::vector<ProjectFile> paths;
  if (const auto& given = command.get_option("--config")->results(); !given.empty()) {
    paths.push_back({given.front(), ""});
  } else if (command.get_option("--no-config")->count() == 0) {
    const char* from_environment = std::getenv("HEAPDIFF_CONFIG");
    if (from_environment != nullptr && *from_environment != '\0') {
      paths.push_back({from_environment, ""});
    } else {
      paths = {nearest_file(), {user_file(), ""}};
    }
  }
  std::vector<SettingsFile> files;
  for (ProjectFile& file : paths) {
    if (!file.path.empty()) {
      declare_all();
      files.emplace_back(std::move(file.path), std::move(file.project), program);
    }
  }
  for (CLI::Option* option : command.get_options()) {
    const std::vector<std::string>& names = option->get_lnames();
    if (names.empty() || option->count() != 0 || names.front() == "help" || names.front() == "config" ||
        names.front() == "no-config") {
      continue;
    }
    const std::string& name = names.front();
    const char* variable = std::getenv(variable_of(name).c_str());
    if (variable != nullptr && *variable != '\0') {
      if (setting_trust(name) == SettingTrust::command_line) {
        refuse_setting(variable_of(name), name);
      }
      applied.origins["--" + name] = variable_of(name);
      give(*option, option->get_expected_max() > 1 ? split(variable) : std::vector<std::string>{variable},
           variable_of(name));
      continue;
    }
    for (const SettingsFile& file : files) {
      const auto value = file.value_of(command.get_name(), name);
      if (!value) {
        continue;
      }
      applied.origins["--" + name] = value->origin;
      const SettingTrust trust = setting_trust(name);
      if (!file.is_trusted() && (trust == SettingTrust::judgement || trust == SettingTrust::judgement_in_project)) {
        applied.judgement.push_back(fmt::format("--{} ({})", name, value->origin));
      }
      give(*option, value->texts, value->origin);
      break;
    }
  }
  return applied;
}

}  // namespace heapdiff
