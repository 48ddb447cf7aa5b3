#pragma once
// A TCP connection whose every wait has an end.

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace heapdiff::capture {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

/// The end of `wait` from now on.
[[nodiscard]] inline Deadline within(std::chrono::milliseconds wait) { return Clock::now() + wait; }

class Interrupt;

/// Thrown where the other end does not answer in time. What that means depends on what was asked for.
struct TimedOut {};

class Socket {
 public:
  /// Takes a connected stream socket. `interrupt` (may be null) has to outlive it.
  Socket(int descriptor, const Interrupt* interrupt);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  /// At least one byte, or 0 at the end of the stream. Throws TimedOut, Interrupted, and Error{input} when the
  /// connection breaks.
  [[nodiscard]] std::size_t read(std::span<char> buffer, Deadline deadline);
  void write(std::string_view bytes, Deadline deadline);
  /// Waits until there is something to read here or at `other`; returns whether it is here. Throws as read() does.
  [[nodiscard]] bool wait_beside(int other, Deadline deadline) const;

 private:
  void wait(short events, Deadline deadline) const;

  int descriptor_ = -1;
  const Interrupt* interrupt_ = nullptr;
};

/// Where a process listens. `network` is a file of a network namespace, "/proc/12/ns/net"; empty: our own.
struct Address {
  std::string host;  ///< a name or an IP address, without brackets
  std::uint16_t port = 0;
  std::string network = {};

  [[nodiscard]] std::string text() const;
};

/// Throws Error{input} with the system's reason when nobody answers in time, Interrupted, and Error{usage} when
/// `host` is a name that does not exist. Unless `remote`, all addresses of the name have to be of this machine's
/// loopback: Error{usage} otherwise.
[[nodiscard]] Socket connect_to(const Address& address, bool remote, Deadline deadline, const Interrupt* interrupt);

}  // namespace heapdiff::capture
