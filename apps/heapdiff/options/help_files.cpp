#include "options/help_files.h"

#include "options/help_formatter.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace heapdiff {

namespace {

using Options = std::vector<const CLI::Option*>;
using Commands = std::vector<const CLI::App*>;

Commands commands_of(const CLI::App& program) {
  return program.get_subcommands([](const CLI::App*) { return true; });
}

/// The options with a dash, in the order of the help.
Options flags_of(const CLI::App& command) {
  Options options;
  const auto add = [&](const CLI::App& from) {
    for (const CLI::Option* option : from.get_options()) {
      if (!option->get_lnames().empty() && (&from == &command || option != from.get_help_ptr())) {
        options.push_back(option);
      }
    }
  };
  add(command);
  for (const CLI::App* group : commands_of(command)) {  // a group of options of which one is required
    add(*group);
  }
  return options;
}

bool takes_value(const CLI::Option& option) { return option.get_expected_max() > 0; }

std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) {
    names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    names.push_back("--" + name);
  }
  return names;
}

/// The values of an option that takes one of some words: CLI::IsMember adds "{auto,always,never}" to the name of its
/// type.
std::vector<std::string> choices(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find(":{");
  return open == std::string::npos || !type.ends_with('}')
             ? std::vector<std::string>()
             : CLI::detail::split(type.substr(open + 2, type.size() - open - 3), ',');
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

/// `text` for single quotes of a shell: each quote becomes '\''.
std::string in_single_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out;
}

std::string bash(const CLI::App& program) {
  std::vector<std::string> names;
  std::string flags;
  std::string values;
  std::vector<std::string> known;
  for (const CLI::App* command : commands_of(program)) {
    names.push_back(command->get_name());
    std::vector<std::string> words;
    for (const CLI::Option* option : flags_of(*command)) {
      const std::vector<std::string> spelled = spellings(*option);
      words.insert(words.end(), spelled.begin(), spelled.end());
      const std::string list = joined(choices(*option), " ");
      const std::string pattern =
          fmt::format("{0}:{1}", command->get_name(), joined(spelled, fmt::format("|{}:", command->get_name())));
      if (!list.empty()) {
        values += fmt::format("    {}) COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); return ;;\n", pattern, list);
      } else if (takes_value(*option)) {
        values += fmt::format("    {}) {}return ;;\n", pattern,
                              value_word(*option) == "DIR" ? "COMPREPLY=($(compgen -d -- \"$current\")); " : "");
      }
    }
    flags += fmt::format("      {}) COMPREPLY=($(compgen -W \"{}\" -- \"$current\")) ;;\n", command->get_name(),
                         joined(words, " "));
  }
  return fmt::format(
      R"(# Completion of heapdiff for bash.
_heapdiff() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  COMPREPLY=()
  case $command in
    {0}) ;;
    *) command=analyze ;;
  esac
  case $command:$previous in
{1}  esac
  if [[ $current == -* ]]; then
    case $command in
{2}    esac
  elif [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "{3}" -- "$current") $(compgen -f -- "$current"))
  fi
}}
complete -o bashdefault -o default -F _heapdiff heapdiff
)",
      joined(names, "|"), values, flags, joined(names, " "));
}

/// The description of an argument, in which brackets and colons are escaped because they would end it.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : in_single_quotes(text)) {
    out += c == '[' || c == ']' || c == ':' ? "\\" + std::string(1, c) : std::string(1, c);
  }
  return out;
}

std::string zsh_option(const CLI::Option& option) {
  const std::vector<std::string> spelled = spellings(option);
  const std::string about = "[" + zsh_text(option.get_description()) + "]";
  const std::vector<std::string> list = choices(option);
  const std::string value = !takes_value(option)          ? std::string()
                            : !list.empty()               ? fmt::format(":value:({})", joined(list, " "))
                            : value_word(option) == "DIR" ? std::string(":folder:_files -/")
                                                          : ":value:_files";
  std::string out;
  for (const std::string& name : spelled) {
    const std::string join = !takes_value(option) ? "" : name.starts_with("--") ? "=" : "+";
    out += fmt::format("        '*{}{}{}{}' \\\n", name, join, about, value);
  }
  return out;
}

std::string zsh(const CLI::App& program) {
  std::string list;
  std::string cases;
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(program)) {
    names.push_back(command->get_name());
    list += fmt::format("    '{}:{}'\n", command->get_name(), zsh_text(command->get_description()));
    cases += fmt::format("    {})\n      _arguments \\\n", command->get_name());
    for (const CLI::Option* option : flags_of(*command)) {
      cases += zsh_option(*option);
    }
    cases += "        '*:file:_files' ;;\n";
  }
  return fmt::format(
      R"(#compdef heapdiff
# Completion of heapdiff for zsh.
_heapdiff() {{
  local -a commands
  commands=(
{0}  )
  local command=analyze
  if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
    _describe command commands
    _files
    return
  fi
  case $words[2] in
    {1})
      command=$words[2]
      shift words
      (( CURRENT-- )) ;;
  esac
  case $command in
{2}  esac
}}
_heapdiff "$@"
)",
      list, joined(names, "|"), cases);
}

std::string fish(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(program)) {
    names.push_back(command->get_name());
  }
  const std::string all = joined(names, " ");
  std::string out = "# Completion of heapdiff for fish.\n";
  for (const CLI::App* command : commands_of(program)) {
    const std::string& name = command->get_name();
    out += fmt::format("complete -c heapdiff -n 'not __fish_seen_subcommand_from {}' -a {} -d '{}'\n", all, name,
                       in_single_quotes(command->get_description()));
    const std::string when = name == "analyze" ? fmt::format(
                                                     "__fish_seen_subcommand_from analyze; or not "
                                                     "__fish_seen_subcommand_from {}",
                                                     all)
                                               : "__fish_seen_subcommand_from " + name;
    for (const CLI::Option* option : flags_of(*command)) {
      std::string words;
      for (const std::string& letter : option->get_snames()) {
        words += " -s " + letter;
      }
      for (const std::string& word : option->get_lnames()) {
        words += " -l " + word;
      }
      const std::string list = joined(choices(*option), " ");
      words += !takes_value(*option) ? "" : !list.empty() ? fmt::format(" -x -a '{}'", list) : " -r";
      out += fmt::format("complete -c heapdiff -n '{}'{} -d '{}'\n", when, words,
                         in_single_quotes(option->get_description()));
    }
  }
  return out;
}

/// `text` for troff, in which nothing is a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool starts = out.empty() || out.back() == '\n';
    out += c == '\\'                           ? "\\e"
           : c == '-'                          ? "\\-"
           : starts && (c == '.' || c == '\'') ? "\\&" + std::string(1, c)
                                               : std::string(1, c);
  }
  return out;
}

std::string man_option(const CLI::Option& option) {
  std::string head;
  for (const std::string& name : spellings(option)) {
    head += (head.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", roff(name));
  }
  if (takes_value(option)) {
    head += fmt::format(" \\fI{}\\fR", roff(value_word(option)));
  }
  return fmt::format(".TP\n{}\n{}\n", head, roff(option.get_description()));
}

}  // namespace

std::string completion_script(const CLI::App& command, std::string_view shell) {
  const CLI::App& program = *command.get_parent();
  return shell == "bash" ? bash(program) : shell == "zsh" ? zsh(program) : shell == "fish" ? fish(program) : "";
}

std::string man_page(const CLI::App& command, std::string_view version) {
  const CLI::App& program = *command.get_parent();
  const std::string about = program.get_description();
  const std::size_t examples = about.find("Examples:\n");
  std::string out = fmt::format(".TH HEAPDIFF 1 \"\" \"heapdiff {}\" \"User Commands\"\n.SH NAME\n", version);
  out += "heapdiff \\- find memory leaks in V8 heap snapshots\n.SH SYNOPSIS\n.B heapdiff\n";
  out += "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR] \\fISNAPSHOT\\fR ...\n.SH DESCRIPTION\n";
  out += roff(about.substr(0, examples)) + ".SH EXAMPLES\n.nf\n" + roff(about.substr(examples + 10)) + ".fi\n";
  out += ".SH COMMANDS\n";
  for (const CLI::App* each : commands_of(program)) {
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", each->get_name(), roff(each->get_description()));
  }
  out += ".SH OPTIONS\n";
  for (const CLI::App* each : commands_of(program)) {
    out += fmt::format(".SS heapdiff {}\n", each->get_name());
    for (const CLI::Option* option : flags_of(*each)) {
      out += man_option(*option);
    }
  }
  out += ".SH EXIT STATUS\n";
  for (const ExitCode& exit : kExitCodes) {
    out += fmt::format(".TP\n.B {}\n{}\n", exit.code, roff(exit.meaning));
  }
  out +=
      ".SH FILES\n.TP\n.I heapdiff.toml\nDefaults of options. Keys are long names; a table named like a command is for "
      "it "
      "alone. The nearest one up to the root of the repository is read.\n"
      ".SH ENVIRONMENT\n.TP\n.B HEAPDIFF_\\fINAME\\fR\nThe default of an option, as in HEAPDIFF_FAIL_ON; several "
      "values "
      "with ; between. It beats the file, and a flag beats it.\n"
      ".TP\n.BR NO_COLOR ,\\  CLICOLOR_FORCE ,\\  FORCE_COLOR\nWhether text is coloured, where \\-\\-color does not "
      "say.\n";
  return out;
}

}  // namespace heapdiff
