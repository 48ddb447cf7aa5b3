#include "support/fake_inspector.h"

#include "capture/websocket.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <fcntl.h>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace heapdiff_test {

namespace {

using nlohmann::json;

constexpr const char* kPath = "/fake";
constexpr std::size_t kChunkBytes = 100'000;

/// False where the other end is gone.
bool write_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// Appends what comes next; false at the end, or when the test is over.
bool read_more(int connection, int over, std::string& into) {
  std::array<pollfd, 2> both{{{connection, POLLIN, 0}, {over, POLLIN, 0}}};
  ::poll(both.data(), both.size(), -1);
  if (both[1].revents != 0) {
    return false;
  }
  std::array<char, 4096> block{};
  const ssize_t n = ::recv(connection, block.data(), block.size(), 0);
  if (n <= 0) {
    return false;
  }
  into.append(block.data(), static_cast<std::size_t>(n));
  return true;
}

/// Takes a whole masked frame from the front of `bytes`; false before it is whole. The text of a close is empty.
bool take_frame(std::string& bytes, std::string& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) {
    return false;
  }
  std::size_t head = 2;
  std::size_t length = byte(1) & 0x7FU;
  if (length == 126) {
    if (bytes.size() < 4) {
      return false;
    }
    length = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
    head = 4;
  }
  if (length == 127 || bytes.size() < head + 4 + length) {
    return false;  // a client's calls are short
  }
  const bool is_text = (byte(0) & 0x0FU) == 1;
  text.clear();
  for (std::size_t i = 0; i < length && is_text; ++i) {
    text += static_cast<char>(byte(head + 4 + i) ^ byte(head + i % 4));
  }
  bytes.erase(0, head + 4 + length);
  return true;
}

/// What a Node.js process of this age answers.
void answer_as_node(InspectorPeer& peer, const InspectorCall& call) {
  if (call.method != "Runtime.evaluate") {
    peer.answer(call.id, json::object());
    return;
  }
  const std::string expression = call.params.value("expression", "");
  const auto asks_for = [&](const char* what) { return expression.find(what) != std::string::npos; };
  if (asks_for("state.runtime")) {
    peer.answer_text(call.id, R"({"runtime":"node","version":"20.0.0","v8":"11.3","pid":4711,"uptime":12.5})");
  } else if (asks_for("memoryUsage")) {
    peer.answer_text(call.id, R"({"rss":50000000,"heapTotal":6000000,"heapUsed":5000000,"external":1000000})");
  } else if (asks_for("getHeapStatistics")) {
    peer.answer_text(call.id, R"({"used_heap_size":5000000,"malloced_memory":8192,"number_of_native_contexts":1})");
  } else {
    peer.answer_text(call.id, "");  // it reaches no file
  }
}

}  // namespace

void InspectorPeer::send_text(const std::string& text) {
  std::string frame(1, '\x81');
  if (text.size() < 126) {
    frame += static_cast<char>(text.size());
  } else if (text.size() < 65536) {
    frame += {'\x7E', static_cast<char>(text.size() >> 8U), static_cast<char>(text.size())};
  } else {
    frame += '\x7F';
    for (unsigned shift = 64; shift > 0; shift -= 8) {
      frame += static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (shift - 8));
    }
  }
  closed_ = closed_ || !write_all(connection_, frame + text);
}

void InspectorPeer::answer(std::uint64_t id, const json& result) {
  send_text(json{{"id", id}, {"result", result}}.dump());
}

void InspectorPeer::answer_text(std::uint64_t id, const std::string& text) {
  answer(id, {{"result", {{"type", "string"}, {"value", text}}}});
}

void InspectorPeer::send_snapshot(std::string_view text) {
  while (!text.empty() && !closed_) {
    std::size_t size = std::min(text.size(), kChunkBytes);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
      ++size;  // V8 cuts no character
    }
    send_text(json{{"method", "HeapProfiler.addHeapSnapshotChunk"},
                   {"params", {{"chunk", std::string(text.substr(0, size))}}}}
                  .dump());
    text.remove_prefix(size);
  }
}

void InspectorPeer::close() { closed_ = true; }

struct FakeInspector::State {
  explicit State(Behaviour what) : behaviour(std::move(what)) {}

  void serve() {
    while (true) {
      std::array<pollfd, 2> both{{{listener, POLLIN, 0}, {over[0], POLLIN, 0}}};
      ::poll(both.data(), both.size(), -1);
      if (both[1].revents != 0) {
        return;
      }
      const int connection = ::accept(listener, nullptr, nullptr);
      if (connection >= 0) {
        talk(connection);
        ::close(connection);
      }
    }
  }
  void talk(int connection) {
    std::string bytes;
    while (bytes.find("\r\n\r\n") == std::string::npos) {
      if (!read_more(connection, over[0], bytes)) {
        return;
      }
    }
    constexpr std::string_view kKey = "Sec-WebSocket-Key: ";
    const std::size_t key = bytes.find(kKey);
    if (key == std::string::npos) {
      const std::string list =
          json::array({{{"type", "node"},
                        {"title", "fake"},
                        {"webSocketDebuggerUrl", "ws://127.0.0.1:" + std::to_string(port) + kPath}}})
              .dump();
      write_all(connection, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(list.size()) + "\r\n\r\n" + list);
      return;
    }
    const std::string value = bytes.substr(key + kKey.size(), bytes.find("\r\n", key) - key - kKey.size());
    write_all(connection,
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: " +
                  heapdiff::capture::accept_of(value) + "\r\n\r\n");
    bytes.erase(0, bytes.find("\r\n\r\n") + 4);
    InspectorPeer peer(connection);
    std::string text;
    while (!peer.is_closed()) {
      if (!take_frame(bytes, text)) {
        if (!read_more(connection, over[0], bytes)) {
          return;
        }
        continue;
      }
      if (!text.empty()) {
        hear(peer, json::parse(text));
      }
    }
  }
  void hear(InspectorPeer& peer, const json& message) {
    InspectorCall call{message.at("id"), message.at("method"), message.value("params", json::object()), 0};
    {
      const std::lock_guard lock(mutex);
      methods.push_back(call.method);
      call.number = times_called(methods, call.method);
    }
    if (!behaviour(peer, call)) {
      answer_as_node(peer, call);
    }
  }

  Behaviour behaviour;
  int listener = -1;
  int over[2] = {-1, -1};  ///< readable when the test is over
  int port = 0;
  std::mutex mutex;
  std::vector<std::string> methods;
  std::thread thread;
};

FakeInspector::FakeInspector(Behaviour behaviour) : state_(std::make_unique<State>(std::move(behaviour))) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto* const any = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the system's own way
  if (::bind(state_->listener, any, size) != 0 || ::listen(state_->listener, 8) != 0 ||
      ::getsockname(state_->listener, any, &size) != 0 || ::pipe2(state_->over, O_CLOEXEC) != 0) {
    throw std::runtime_error("no port of this machine can be listened at");
  }
  state_->port = ntohs(address.sin_port);
  state_->thread = std::thread([state = state_.get()] { state->serve(); });
}

FakeInspector::~FakeInspector() {
  ::close(state_->over[1]);  // the other end reads its end
  state_->thread.join();
  ::close(state_->over[0]);
  ::close(state_->listener);
}

std::string FakeInspector::target() const { return "localhost:" + std::to_string(state_->port); }

std::vector<std::string> FakeInspector::methods() const {
  const std::lock_guard lock(state_->mutex);
  return state_->methods;
}

std::size_t times_called(const std::vector<std::string>& methods, const std::string& method) {
  return static_cast<std::size_t>(std::count(methods.begin(), methods.end(), method));
}

}  // namespace heapdiff_test
