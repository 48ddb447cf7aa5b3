#pragma once
// What /proc says of a process of this machine.

#include "capture/socket.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff::capture {

struct ProcessStatus {
  std::string name;                        ///< of the program's file: "node"
  std::uint64_t caught_signals = 0;        ///< bit N - 1 is signal N
  std::optional<std::uint64_t> rss_bytes;  ///< resident memory
  std::optional<double> uptime_seconds;
  int inner_pid = 0;  ///< as the process itself sees it: in a container another number

  [[nodiscard]] bool catches(int signal) const noexcept {
    return (caught_signals >> static_cast<unsigned>(signal - 1) & 1U) != 0;
  }
};

/// `proc` is "/proc"; another folder in tests. None when there is no such process, or only what its parent
/// has not taken note of.
[[nodiscard]] std::optional<ProcessStatus> read_process(int pid, const std::string& proc = "/proc");

/// The ports that the process itself listens at, by the address to connect to. Empty where the system does not show
/// its open files: it belongs to another user.
[[nodiscard]] std::vector<Address> listening_ports(int pid, const std::string& proc = "/proc");

/// The words of its command line, and of NODE_OPTIONS in its environment where that can be read.
[[nodiscard]] std::vector<std::string> runtime_options(int pid, const std::string& proc = "/proc");

/// Whether the process has the file open. False also where the system does not say.
[[nodiscard]] bool has_open(int pid, std::uint64_t device, std::uint64_t inode, const std::string& proc = "/proc");

/// At most `most` bytes of a file; none when it cannot be read.
[[nodiscard]] std::optional<std::string> read_small_file(const std::string& path, std::size_t most = 1U << 20U);

}  // namespace heapdiff::capture
