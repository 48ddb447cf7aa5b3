#include "capture/socket.h"

#include "capture/interrupt.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace heapdiff::capture {

namespace {

[[noreturn]] void broken(int reason) {
  throw Error(ErrorKind::input, std::string("the connection broke: ") + std::strerror(reason));
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24U) == 127;
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
  }
  return false;
}

struct Found {
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list{nullptr, &::freeaddrinfo};
  int error = 0;
};

Found look_up(const Address& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Found found;
  // No name stands for this machine: a static program may find no library that resolves "localhost".
  const char* const host = address.host == "localhost" ? nullptr : address.host.c_str();
  found.error = ::getaddrinfo(host, std::to_string(address.port).c_str(), &wanted, &list);
  found.list.reset(list);
  return found;
}

/// A socket in the network namespace that the file names. A namespace belongs to a thread, so that one of its own makes
/// the socket, which then stays in that namespace.
int make_socket(int family, const std::string& network) {
  int made = -1;
  int reason = 0;
  const auto make = [&] {
    made = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    reason = errno;
  };
  if (network.empty()) {
    make();
  } else {
    std::thread([&] {
      const int space = ::open(network.c_str(), O_RDONLY | O_CLOEXEC);
      if (space >= 0 && ::setns(space, CLONE_NEWNET) == 0) {
        make();
      } else {
        reason = errno;
      }
      if (space >= 0) {
        ::close(space);
      }
    }).join();
  }
  errno = reason;
  return made;
}

/// Returns true when `descriptor` is ready and false when `other` is. -1 for `other` means that only one is awaited.
bool wait_for(int descriptor, short events, int other, Deadline deadline, const Interrupt* interrupt) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      throw TimedOut{};
    }
    pollfd ready[3] = {
        {descriptor, events, 0}, {other, POLLIN, 0}, {interrupt != nullptr ? interrupt->descriptor() : -1, POLLIN, 0}};
    const int n = ::poll(ready, 3, static_cast<int>(std::min<long>(left, 60'000)));
    if (n < 0 && errno != EINTR) {
      broken(errno);
    }
    if (interrupt != nullptr && interrupt->signal() != 0) {
      throw Interrupted{};
    }
    if (n > 0 && (ready[0].revents != 0 || ready[1].revents != 0)) {
      return ready[0].revents != 0;
    }
  }
}

/// Zero, or why there is no connection.
int finish_connecting(int descriptor, Deadline deadline, const Interrupt* interrupt) {
  wait_for(descriptor, POLLOUT, -1, deadline, interrupt);
  int reason = 0;
  socklen_t size = sizeof reason;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &reason, &size);
  return reason;
}

}  // namespace

std::string Address::text() const {
  const std::string shown = visible_text(host);
  return shown.find(':') != std::string::npos ? fmt::format("[{}]:{}", shown, port) : fmt::format("{}:{}", shown, port);
}

Socket::Socket(int descriptor, const Interrupt* interrupt) : descriptor_(descriptor), interrupt_(interrupt) {
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

Socket::~Socket() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Socket::Socket(Socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), interrupt_(other.interrupt_) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(interrupt_, other.interrupt_);
  return *this;
}

void Socket::wait(short events, Deadline deadline) const { wait_for(descriptor_, events, -1, deadline, interrupt_); }

bool Socket::wait_beside(int other, Deadline deadline) const {
  return wait_for(descriptor_, POLLIN, other, deadline, interrupt_);
}

std::size_t Socket::read(std::span<char> buffer, Deadline deadline) {
  while (true) {
    if (interrupt_ != nullptr && interrupt_->signal() != 0) {
      throw Interrupted{};
    }
    const ssize_t n = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (n >= 0) {
      return static_cast<std::size_t>(n);
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait(POLLIN, deadline);
    } else if (errno != EINTR) {
      broken(errno);
    }
  }
}

void Socket::write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait(POLLOUT, deadline);
    } else if (errno != EINTR) {
      broken(errno);
    }
  }
}

Socket connect_to(const Address& address, bool remote, Deadline deadline, const Interrupt* interrupt) {
  const Found found = look_up(address);
  if (found.error != 0) {
    throw Error(ErrorKind::input, fmt::format("{}: {}", address.text(), ::gai_strerror(found.error)));
  }
  int reason = ECONNREFUSED;
  for (const addrinfo* at = found.list.get(); at != nullptr; at = at->ai_next) {
    if (!remote && !is_loopback(*at->ai_addr)) {
      throw Error(ErrorKind::usage, fmt::format("{} is not on this machine's loopback", address.text()),
                  "An inspector gives whoever reaches it all power over the process, and what it sends is not "
                  "encrypted. Forward the port (kubectl port-forward, ssh -L), or give --allow-remote.");
    }
  }
  for (const addrinfo* at = found.list.get(); at != nullptr; at = at->ai_next) {
    const int made = make_socket(at->ai_family, address.network);
    if (made < 0) {
      reason = errno;
      continue;
    }
    Socket socket(made, interrupt);
    reason = ::connect(made, at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (reason == EINPROGRESS) {
      try {
        reason = finish_connecting(made, deadline, interrupt);
      } catch (const TimedOut&) {
        reason = ETIMEDOUT;
      }
    }
    if (reason == 0) {
      const int yes = 1;
      ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      return socket;
    }
  }
  throw Error(ErrorKind::input, fmt::format("{}: {}", address.text(), std::strerror(reason)));
}

}  // namespace heapdiff::capture
