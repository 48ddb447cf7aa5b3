#include "options/declare_options.h"

#include "heapdiff/snapshot/visible_text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>

namespace heapdiff {

DeclaredOption& DeclaredOption::type_name(const char* name) {
  option_->type_name(name);
  return *this;
}

DeclaredOption& DeclaredOption::required() {
  option_->required();
  return *this;
}

DeclaredOption& DeclaredOption::capture_default_str() {
  option_->capture_default_str();
  return *this;
}

DeclaredOption& DeclaredOption::envname(const char* name) {
  option_->envname(name);
  return *this;
}

DeclaredOption& DeclaredOption::one_value_each_time() {
  option_->allow_extra_args(false);
  return *this;
}

DeclaredOption& DeclaredOption::one_of(const std::vector<std::string>& words) {
  CLI::IsMember members(words);  // its description is where completions find the words
  members.operation([words](std::string& text) {
    const bool known = std::find(words.begin(), words.end(), text) != words.end();
    return known ? std::string() : "expected " + alternatives(words) + ", got '" + visible_text(text) + "'";
  });
  option_->check(std::move(members));
  return *this;
}

DeclaredOption& DeclaredOption::alias(const std::string& other, const std::string& word) {
  option_->transform(CLI::Validator(
      [other, word](std::string& text) {
        text = text == other ? word : text;
        return std::string();
      },
      ""));
  return *this;
}

bool DeclaredOption::was_given() const { return option_ != nullptr && option_->count() != 0; }

void begin_group(CLI::App& app, const char* heading) { app.option_defaults()->group(heading); }

CLI::App& add_exactly_one_of(CLI::App& app, const char* heading) {
  CLI::App& group = *app.add_option_group("what", heading);
  group.require_option(1);
  return group;
}

DeclaredOption add_option(CLI::App& app, const char* names, std::string& value, const std::string& description) {
  return DeclaredOption(app.add_option(names, value, description));
}

DeclaredOption add_option(CLI::App& app, const char* names, std::vector<std::string>& values,
                          const std::string& description) {
  return DeclaredOption(app.add_option(names, values, description));
}

DeclaredOption add_option(CLI::App& app, const char* names, unsigned& value, const std::string& description) {
  return DeclaredOption(app.add_option(names, value, description));
}

DeclaredOption add_option(CLI::App& app, const char* names, std::size_t& value, const std::string& description) {
  return DeclaredOption(app.add_option(names, value, description));
}

void add_flag(CLI::App& app, const char* names, bool& value, const std::string& description) {
  app.add_flag(names, value, description);
}

DeclaredOption add_size_option(CLI::App& app, const char* names, std::uint64_t& bytes, const std::string& description) {
  CLI::Option* option = app.add_option(names, bytes, description);
  option->transform(CLI::AsSizeValue(true))
      ->transform(CLI::Validator(  // runs first: the library takes -1 for the largest number
          [](std::string& text) { return text.starts_with('-') ? "expected a size, got " + text : std::string(); },
          ""));
  return DeclaredOption(option).type_name("SIZE");
}

DeclaredOption add_positive_option(CLI::App& app, const char* names, double& value, const std::string& description,
                                   const char* what) {
  CLI::Option* option = app.add_option(names, value, description);
  option->check(CLI::Validator(
      [what](std::string& text) {
        double number = 0;
        const bool valid = CLI::detail::lexical_cast(text, number) && std::isfinite(number) && number > 0;
        return valid ? std::string()
                     : "expected a number of " + std::string(what) + " above 0, got '" + visible_text(text) + "'";
      },
      ""));
  return DeclaredOption(option).type_name("N");
}

std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return text;
}

}  // namespace heapdiff
