#include "commits/git_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace heapdiff::commits {
namespace {

/// The caller's environment without the variables of Git, which could name another repository or programs to start.
std::vector<std::string> environment() {
  std::vector<std::string> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.substr(0, 4) != "GIT_" && text.substr(0, 7) != "LC_ALL=") {
      kept.emplace_back(text);
    }
  }
  // An empty GIT_ALLOW_PROTOCOL closes all transports, whatever `protocol.*.allow` a repository sets. GIT_NO_LAZY_FETCH
  // is known from Git 2.44 on.
  for (const char* entry : {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
                            "GIT_ALLOW_PROTOCOL=", "GIT_NO_LAZY_FETCH=1", "GIT_ATTR_NOSYSTEM=1"}) {
    kept.emplace_back(entry);
  }
  return kept;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

void read_output(int from, pid_t child, int seconds, GitResult& result) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::array<char, 65536> block{};
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd wait{from, POLLIN, 0};
    const int ready = left <= 0 ? 0 : ::poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready <= 0) {
      result.timed_out = true;
      ::kill(child, SIGKILL);
      return;
    }
    const ssize_t n = ::read(from, block.data(), block.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      return;
    }
    if (result.out.size() + static_cast<std::size_t>(n) > kMaxGitOutput) {
      ::kill(child, SIGKILL);
      return;
    }
    result.out.append(block.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

GitResult run_git(const std::string& folder, const std::vector<std::string>& arguments, int seconds) {
  GitResult result;
  // The configuration of a repository may name programs to run: each such setting is overridden.
  std::vector<std::string> words = {"git",
                                    "-C",
                                    folder,
                                    "--no-pager",
                                    "--literal-pathspecs",
                                    "-c",
                                    "core.fsmonitor=false",
                                    "-c",
                                    "core.hooksPath=/dev/null",
                                    "-c",
                                    "protocol.allow=never",
                                    "-c",
                                    "log.showSignature=false",
                                    "-c",
                                    "core.quotePath=false",
                                    "-c",
                                    "blame.ignoreRevsFile="};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return result;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  result.started = ::posix_spawnp(&child, "git", &actions, nullptr, argv.data(), envp.data()) == 0;
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (result.started) {
    read_output(ends[0], child, seconds, result);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  ::close(ends[0]);
  return result;
}

}  // namespace heapdiff::commits
