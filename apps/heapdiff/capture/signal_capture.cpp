#include "capture/signal_capture.h"

#include "capture/process_files.h"
#include "capture/socket.h"
#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace heapdiff::capture {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kLongestWait = std::chrono::minutes(30);

std::set<std::string> files_in(const std::vector<std::string>& folders, int inner_pid) {
  const std::string process = fmt::format(".{}.", inner_pid);
  std::set<std::string> files;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("Heap.") && name.ends_with(".heapsnapshot") && name.find(process) != std::string::npos) {
        files.insert(entry.path().string());
      }
    }
  }
  return files;
}

/// Whether the process has written all of it: the file ends as a snapshot does, and is not open any more.
bool is_whole(int pid, const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || status.st_size == 0 || has_open(pid, status.st_dev, status.st_ino)) {
    return false;
  }
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  char last = 0;
  const bool read = descriptor >= 0 && ::pread(descriptor, &last, 1, status.st_size - 1) == 1;
  ::close(descriptor);
  return read && (last == '}' || last == '\n');
}

std::uint64_t copy_file(const std::string& file, ByteSink& sink) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) {
    throw Error(ErrorKind::input, file, std::nullopt, std::strerror(errno));
  }
  std::vector<char> block(1U << 18U);
  std::uint64_t bytes = 0;
  while (true) {
    const ssize_t n = ::read(descriptor, block.data(), block.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      break;
    }
    sink.write({block.data(), static_cast<std::size_t>(n)});
    bytes += static_cast<std::uint64_t>(n);
  }
  ::close(descriptor);
  return bytes;
}

}  // namespace

std::optional<int> signal_number(const std::string& name) {
  static constexpr std::pair<const char*, int> kNames[] = {{"SIGUSR1", SIGUSR1},   {"SIGUSR2", SIGUSR2},
                                                           {"SIGHUP", SIGHUP},     {"SIGPROF", SIGPROF},
                                                           {"SIGWINCH", SIGWINCH}, {"SIGALRM", SIGALRM}};
  for (const auto& [known, number] : kNames) {
    if (name == known) {
      return number;
    }
  }
  return std::nullopt;
}

std::string value_of_option(const std::vector<std::string>& words, const std::string& name) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == name && i + 1 < words.size()) {
      return words[i + 1];
    }
    if (words[i].starts_with(name + "=")) {
      return words[i].substr(name.size() + 1);
    }
  }
  return {};
}

SignalledProcess::SignalledProcess(int pid) : pid_(pid), inner_pid_(pid) {
  const auto status = read_process(pid);
  if (!status) {
    throw Error(ErrorKind::input, fmt::format("signal:{}: there is no such process", pid));
  }
  inner_pid_ = status->inner_pid;
  const std::vector<std::string> words = runtime_options(pid);
  const auto signal = signal_number(value_of_option(words, "--heapsnapshot-signal"));
  if (!signal || !status->catches(*signal)) {
    throw Error(ErrorKind::usage, fmt::format("signal:{}: the process writes no snapshot at a signal", pid),
                fmt::format("It has to be started with node --heapsnapshot-signal=SIGUSR2; pid:{} opens its inspector "
                            "instead.",
                            pid));
  }
  signal_ = *signal;
  // Both are links of the kernel's, which lead into the file system of a container, too.
  const std::string work = fmt::format("/proc/{}/cwd", pid);
  folders_ = {work};
  if (const std::string folder = value_of_option(words, "--diagnostic-dir"); !folder.empty()) {
    folders_.push_back(folder.starts_with('/') ? fmt::format("/proc/{}/root{}", pid, folder) : work + "/" + folder);
  }
}

std::uint64_t SignalledProcess::take_snapshot(ByteSink& sink, std::optional<std::chrono::milliseconds> max_pause,
                                              const Interrupt& interrupt) {
  const std::set<std::string> before = files_in(folders_, inner_pid_);
  if (::kill(pid_, signal_) != 0) {
    throw Error(ErrorKind::input, fmt::format("signal:{}: {}", pid_, std::strerror(errno)));
  }
  const Deadline end = within(max_pause.value_or(kLongestWait));
  while (true) {
    for (const std::string& file : files_in(folders_, inner_pid_)) {
      if (before.count(file) == 0 && is_whole(pid_, file)) {
        const std::uint64_t bytes = copy_file(file, sink);
        ::unlink(file.c_str());
        return bytes;
      }
    }
    pollfd ready{interrupt.descriptor(), POLLIN, 0};
    ::poll(&ready, 1, 50);
    if (interrupt.signal() != 0) {
      throw Interrupted{};
    }
    if (Clock::now() >= end) {
      throw TimedOut{};
    }
    if (!read_process(pid_)) {
      throw Error(ErrorKind::input, fmt::format("signal:{}: the process ended", pid_));
    }
  }
}

}  // namespace heapdiff::capture
