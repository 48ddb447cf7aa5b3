#include "options/help_formatter.h"

#include "options/help_files.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kColumn = 28;  // the column at which descriptions start
constexpr const char* kLastGroup = "Other";

using Options = std::vector<const CLI::Option*>;

/// `text` wrapped at kWidth. All lines but the first are indented by `indent`; `used` columns of the first are taken.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t used) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (used > indent && used + 1 + word.size() > kWidth) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    }
    out += (used > indent ? " " : "") + std::string(word);
    used += (used > indent ? 1U : 0U) + word.size();
  }
  return out + "\n";
}

std::string row(const std::string& name, const std::string& about) {
  const std::string head = "  " + name;
  if (head.size() + 2 > kColumn) {
    return head + "\n" + std::string(kColumn, ' ') + wrapped(about, kColumn, kColumn);
  }
  return head + std::string(kColumn - head.size(), ' ') + wrapped(about, kColumn, kColumn);
}

std::string option_row(const CLI::Option& option) {
  if (option.get_positional()) {
    return row(option.get_name(true, false), option.get_description());
  }
  std::string name;
  for (const std::string& letter : option.get_snames()) {
    name += "-" + letter + ", ";
  }
  for (const std::string& word : option.get_lnames()) {
    name += "--" + word + ", ";
  }
  name.resize(name.size() - 2);
  const std::string value = value_word(option);
  std::string about = option.get_description();
  if (!option.get_default_str().empty()) {
    about += " (default: " + option.get_default_str() + ")";
  }
  if (!option.get_envname().empty()) {
    about += "; or " + option.get_envname();
  }
  if (option.get_required()) {
    about += " (required)";
  }
  return row(value.empty() ? name : name + " " + value, about);
}

Options options_of(const CLI::App& app, const std::string& group) {
  return app.get_options([&](const CLI::Option* o) { return o->nonpositional() && o->get_group() == group; });
}

std::string rows(const std::string& title, const Options& options) {
  std::string out;
  for (const CLI::Option* option : options) {
    out += option_row(*option);
  }
  return out.empty() ? out : "\n" + title + ":\n" + out;
}

std::string usage(const CLI::App& app, const std::string& name) {
  std::string out = "Usage: " + name;
  if (app.get_parent() == nullptr) {
    return out + " [COMMAND] [OPTIONS] SNAPSHOT...\n";
  }
  out += " [OPTIONS]";
  for (const CLI::Option* option : app.get_options([](const CLI::Option* o) { return o->get_positional(); })) {
    const bool many = option->get_expected_max() > 1 && option->get_name(true, false).find(' ') == std::string::npos;
    out += " " + option->get_name(true, false) + (many ? "..." : "");
  }
  for (const CLI::Option* option : app.get_options([](const CLI::Option* o) { return o->nonpositional(); })) {
    out += option->get_required() ? " --" + option->get_lnames().front() + " " + value_word(*option) : "";
  }
  return out + "\n";
}

std::string help_text(const CLI::App& app, const std::string& name) {
  const bool program = app.get_parent() == nullptr;
  std::string out = app.get_description() + (program ? "" : ".\n");
  if (!program && !app.get_footer().empty()) {
    out += "\nExamples:\n" + app.get_footer();
  }
  out += "\n" + usage(app, name);
  std::string inputs;
  for (const CLI::Option* option : app.get_options([](const CLI::Option* o) { return o->get_positional(); })) {
    inputs += option_row(*option);
  }
  out += inputs.empty() ? inputs : "\n" + inputs;
  std::string commands;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_name().empty()) {
      commands += row(sub->get_name(), sub->get_description());
    } else {  // a group of options of which one is required
      out += rows(sub->get_description(),
                  sub->get_options([&](const CLI::Option* o) { return o != sub->get_help_ptr(); }));
    }
  }
  out += commands.empty() ? commands : "\nCommands:\n" + commands;
  for (const std::string& group : app.get_groups()) {
    out += group == kLastGroup ? "" : rows(group, options_of(app, group));
  }
  out += rows(kLastGroup, options_of(app, kLastGroup));
  std::string codes = program ? "\nheapdiff COMMAND --help shows the options and examples of a command.\n" : "\n";
  std::string list;
  for (const ExitCode& exit : kExitCodes) {
    list += (list.empty() ? "Exit codes: " : "; ") + std::string(exit.code) + " " + std::string(exit.meaning);
  }
  return out + codes + wrapped(list + ".", 0, 0);
}

class HelpFormatter : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                      CLI::AppFormatMode /*mode*/) const override {
    return help_text(*app, name);
  }
};

}  // namespace

std::string value_word(const CLI::Option& option) {
  const std::string word = option.get_expected_max() == 0 ? std::string() : option.get_type_name();
  return word.substr(0, word.find(':'));
}

std::shared_ptr<CLI::FormatterBase> make_help_formatter() { return std::make_shared<HelpFormatter>(); }

}  // namespace heapdiff
