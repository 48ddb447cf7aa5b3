// `heapdiff completion` and `heapdiff man`: what packages install beside the program.

#include "options/help_files.h"

#include "commands/command.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/console.h"

#include <memory>
#include <string>

namespace heapdiff {

CommandRunner setup_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "bash, zsh or fish")->required()->type_name("");
  return [shell, &app](const Invocation&) {
    const std::string script = completion_script(*app.get_parent(), *shell);
    if (script.empty()) {
      throw Error(ErrorKind::usage, "completion: expected bash, zsh or fish, got '" + visible_text(*shell) + "'");
    }
    write_stdout(script);
    return 0;
  };
}

CommandRunner setup_man(CLI::App& app) {
  return [&app](const Invocation&) {
    write_stdout(man_page(*app.get_parent(), HEAPDIFF_VERSION));
    return 0;
  };
}

}  // namespace heapdiff
