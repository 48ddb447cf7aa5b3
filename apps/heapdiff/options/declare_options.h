#pragma once
// Declares the options of a command without the header of the parser. CLI11's header takes longer to compile than any
// file here; only cli.cpp, the files about the options themselves, and declare_options.cpp include it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace heapdiff {

/// An option that was declared, or none. Unless stated otherwise, a function does what CLI::Option's of the same name
/// does.
class DeclaredOption {
 public:
  DeclaredOption() = default;
  explicit DeclaredOption(CLI::Option* option) noexcept : option_(option) {}

  /// The word for the value in the help, such as "SIZE".
  DeclaredOption& type_name(const char* name);
  DeclaredOption& required();
  DeclaredOption& capture_default_str();
  DeclaredOption& envname(const char* name);
  /// Takes one value each time that it is given, so that an input may follow it.
  DeclaredOption& one_value_each_time();
  /// Takes one of `words` only. Completions offer them.
  DeclaredOption& one_of(const std::vector<std::string>& words);
  /// Takes `other` for `word`.
  DeclaredOption& alias(const std::string& other, const std::string& word);

  /// Whether the command line, the environment or the settings file gave it.
  [[nodiscard]] bool was_given() const;

 private:
  CLI::Option* option_ = nullptr;  ///< owned by the command
};

/// Puts the options that are declared from now on under this heading of the help.
void begin_group(CLI::App& app, const char* heading);

/// A group of options of which exactly one has to be given.
[[nodiscard]] CLI::App& add_exactly_one_of(CLI::App& app, const char* heading);

/// `names` is "-o,--output"; without dashes it names the inputs. The value goes to `value`, which has to outlive `app`.
DeclaredOption add_option(CLI::App& app, const char* names, std::string& value, const std::string& description);
DeclaredOption add_option(CLI::App& app, const char* names, std::vector<std::string>& values,
                          const std::string& description);
DeclaredOption add_option(CLI::App& app, const char* names, unsigned& value, const std::string& description);
DeclaredOption add_option(CLI::App& app, const char* names, std::size_t& value, const std::string& description);
void add_flag(CLI::App& app, const char* names, bool& value, const std::string& description);

/// A size in bytes with an optional unit: 800MB is 800 million bytes, 4GiB is 4 * 2^30.
DeclaredOption add_size_option(CLI::App& app, const char* names, std::uint64_t& bytes, const std::string& description);
/// A finite number above 0. `what` names it in the complaint: "operations".
DeclaredOption add_positive_option(CLI::App& app, const char* names, double& value, const std::string& description,
                                   const char* what);

/// "text, markdown or json".
[[nodiscard]] std::string alternatives(const std::vector<std::string>& words);

}  // namespace heapdiff
