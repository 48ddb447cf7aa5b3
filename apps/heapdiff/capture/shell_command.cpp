#include "capture/shell_command.h"

#include "capture/interrupt.h"
#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace heapdiff::capture {

void run_shell_command(const std::string& command, const Interrupt& interrupt) {
  const pid_t child = ::fork();
  if (child < 0) {
    throw Error(ErrorKind::limit, std::string("cannot make a process: ") + std::strerror(errno));
  }
  if (child == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) {
      ::signal(signal, SIG_DFL);
    }
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  ::setpgid(child, child);
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    pollfd ready{interrupt.descriptor(), POLLIN, 0};
    ::poll(&ready, 1, 20);
    if (interrupt.signal() != 0) {
      ::kill(-child, SIGTERM);
      ::waitpid(child, nullptr, 0);
      throw Interrupted{};
    }
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(ErrorKind::input,
                WIFEXITED(status)
                    ? fmt::format("the command of --before-each ended with {}", WEXITSTATUS(status))
                    : fmt::format("the command of --before-each was ended by signal {}", WTERMSIG(status)),
                "A snapshot after other work than before would say nothing: no further one is taken.");
  }
}

}  // namespace heapdiff::capture
