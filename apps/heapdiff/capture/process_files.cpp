#include "capture/process_files.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace heapdiff::capture {

namespace {

namespace fs = std::filesystem;

std::string folder_of_process(int pid, const std::string& proc) { return fmt::format("{}/{}", proc, pid); }

template <class Number>
std::optional<Number> parse_hex(std::string_view text) {
  Number value{};
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc() && at == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string link_text(const std::string& path) {
  std::error_code error;
  return fs::read_symlink(path, error).string();
}

std::vector<std::string> split_words(const std::string& text, char separator) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, separator);) {
    if (!word.empty()) {
      words.push_back(word);
    }
  }
  return words;
}

/// Seconds since the process began: field 22 of its stat counts from the machine's start.
std::optional<double> uptime_of(const std::string& folder, const std::string& proc) {
  const auto stat = read_small_file(folder + "/stat");
  const auto machine = read_small_file(proc + "/uptime");
  if (!stat || !machine || stat->rfind(')') == std::string::npos) {
    return std::nullopt;
  }
  const std::vector<std::string> fields = split_words(stat->substr(stat->rfind(')') + 1), ' ');
  constexpr std::size_t kStartTime = 19;  // counted from the field behind the name
  const auto start = fields.size() > kStartTime ? ascii::parse_number<double>(fields[kStartTime]) : std::nullopt;
  const auto now = ascii::parse_number<double>(std::string_view(*machine).substr(0, machine->find(' ')));
  const long ticks = ::sysconf(_SC_CLK_TCK);
  if (!start || !now || ticks <= 0) {
    return std::nullopt;
  }
  return std::max(0.0, *now - *start / static_cast<double>(ticks));
}

struct Listener {
  Address address;
  std::uint64_t inode = 0;
};

/// Lines of net/tcp and net/tcp6: "sl local_address rem_address st ... inode".
std::vector<Listener> listeners_of(const std::string& folder, bool v6) {
  std::vector<Listener> found;
  const auto table = read_small_file(folder + (v6 ? "/net/tcp6" : "/net/tcp"), std::size_t{16} << 20U);
  for (const std::string& line : split_words(table.value_or(std::string()), '\n')) {
    const std::vector<std::string> fields = split_words(line, ' ');
    constexpr std::size_t kInode = 9;
    if (fields.size() <= kInode || fields[3] != "0A") {
      continue;
    }
    const std::size_t colon = fields[1].find(':');
    const auto port = colon == std::string::npos
                          ? std::nullopt
                          : parse_hex<std::uint16_t>(std::string_view(fields[1]).substr(colon + 1));
    const auto inode = ascii::parse_number<std::uint64_t>(fields[kInode]);
    if (port && inode) {
      found.push_back({{v6 ? "::1" : "127.0.0.1", *port}, *inode});
    }
  }
  return found;
}

std::set<std::uint64_t> sockets_of(const std::string& folder) {
  std::set<std::uint64_t> inodes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder + "/fd", error)) {
    const std::string text = link_text(entry.path().string());
    constexpr std::string_view kSocket = "socket:[";
    if (text.starts_with(kSocket) && text.ends_with(']')) {
      const auto inode = ascii::parse_number<std::uint64_t>(
          std::string_view(text).substr(kSocket.size(), text.size() - kSocket.size() - 1));
      inodes.insert(inode.value_or(0));
    }
  }
  return inodes;
}

}  // namespace

std::optional<std::string> read_small_file(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  std::string text;
  std::vector<char> block(1U << 14U);
  while (text.size() < most && file) {
    file.read(block.data(), static_cast<std::streamsize>(std::min(block.size(), most - text.size())));
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

std::optional<ProcessStatus> read_process(int pid, const std::string& proc) {
  const std::string folder = folder_of_process(pid, proc);
  const auto text = read_small_file(folder + "/status");
  if (!text) {
    return std::nullopt;
  }
  ProcessStatus status;
  status.inner_pid = pid;
  for (const std::string& line : split_words(*text, '\n')) {
    const std::size_t colon = line.find(':');
    const std::string key = line.substr(0, colon);
    const std::vector<std::string> values =
        split_words(colon == std::string::npos ? std::string() : line.substr(colon + 1), '\t');
    if (values.empty()) {
      continue;
    }
    if (key == "State" && values.front().starts_with('Z')) {
      return std::nullopt;
    }
    if (key == "Name") {
      status.name = values.front();
    } else if (key == "SigCgt") {
      status.caught_signals = parse_hex<std::uint64_t>(values.front()).value_or(0);
    } else if (key == "NSpid") {
      status.inner_pid = ascii::parse_number<int>(values.back()).value_or(pid);
    } else if (key == "VmRSS") {
      const std::vector<std::string> parts = split_words(values.front(), ' ');
      const auto kilobytes = parts.empty() ? std::nullopt : ascii::parse_number<std::uint64_t>(parts.front());
      status.rss_bytes = kilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
    }
  }
  if (const std::string file = fs::path(link_text(folder + "/exe")).filename().string(); !file.empty()) {
    status.name = file;
  }
  status.uptime_seconds = uptime_of(folder, proc);
  return status;
}

std::vector<Address> listening_ports(int pid, const std::string& proc) {
  const std::string folder = folder_of_process(pid, proc);
  const std::set<std::uint64_t> own = sockets_of(folder);
  const std::string network = link_text(folder + "/ns/net");
  const bool elsewhere = network != link_text(proc + "/self/ns/net");
  std::vector<Address> ports;
  for (const bool v6 : {false, true}) {
    for (Listener& listener : listeners_of(folder, v6)) {
      if (own.count(listener.inode) != 0) {
        listener.address.network = elsewhere ? folder + "/ns/net" : std::string();
        ports.push_back(std::move(listener.address));
      }
    }
  }
  return ports;
}

std::vector<std::string> runtime_options(int pid, const std::string& proc) {
  const std::string folder = folder_of_process(pid, proc);
  std::vector<std::string> words = split_words(read_small_file(folder + "/cmdline").value_or(std::string()), '\0');
  constexpr std::string_view kVariable = "NODE_OPTIONS=";
  for (const std::string& setting : split_words(read_small_file(folder + "/environ").value_or(std::string()), '\0')) {
    if (setting.starts_with(kVariable)) {
      const std::vector<std::string> more = split_words(setting.substr(kVariable.size()), ' ');
      words.insert(words.end(), more.begin(), more.end());
    }
  }
  return words;
}

bool has_open(int pid, std::uint64_t device, std::uint64_t inode, const std::string& proc) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_of_process(pid, proc) + "/fd", error)) {
    struct stat status {};
    if (::stat(entry.path().c_str(), &status) == 0 && status.st_dev == device && status.st_ino == inode) {
      return true;
    }
  }
  return false;
}

}  // namespace heapdiff::capture
