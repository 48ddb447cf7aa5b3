// `heapdiff completion` and `heapdiff man`: files that packages install with the program.

#include "options/help_files.h"

#include "commands/command.h"
#include "io/console.h"
#include "options/declare_options.h"

#include <memory>
#include <string>

namespace heapdiff {

CommandRunner setup_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  add_option(app, "SHELL", *shell, "bash, zsh or fish").required().type_name("").one_of({"bash", "zsh", "fish"});
  return [shell, &app](const Invocation&) {
    write_stdout(completion_script(app, *shell));
    return 0;
  };
}

CommandRunner setup_man(CLI::App& app) {
  return [&app](const Invocation&) {
    write_stdout(man_page(app, HEAPDIFF_VERSION));
    return 0;
  };
}

}  // namespace heapdiff
