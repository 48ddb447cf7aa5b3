#pragma once
// A server that speaks as much of the inspector's protocol as a test wants, and does what a real one does only by
// chance: it stalls, breaks off, and lies.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff_test {

/// One connection with a WebSocket, as the inspector sees it.
class InspectorPeer {
 public:
  explicit InspectorPeer(int connection) : connection_(connection) {}

  void answer(std::uint64_t id, const nlohmann::json& result);
  /// What Runtime.evaluate answers for an expression that makes a text.
  void answer_text(std::uint64_t id, const std::string& text);
  /// Sends a snapshot in chunks, as V8 does.
  void send_snapshot(std::string_view text);
  /// Breaks off: the other end reads no more than what was sent.
  void close();
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }

 private:
  void send_text(const std::string& text);

  int connection_;
  bool closed_ = false;
};

struct InspectorCall {
  std::uint64_t id = 0;
  std::string method;
  nlohmann::json params;
  std::size_t number = 0;  ///< of the calls with this method, from 1
};

class FakeInspector {
 public:
  /// Called with each call. True: it has dealt with it, or never will. False: the answer is that of a Node.js process
  /// with 5 MB of used heap and 50 MB of resident memory.
  using Behaviour = std::function<bool(InspectorPeer&, const InspectorCall&)>;

  explicit FakeInspector(Behaviour behaviour);
  ~FakeInspector();
  FakeInspector(const FakeInspector&) = delete;
  FakeInspector& operator=(const FakeInspector&) = delete;

  /// "localhost:40123".
  [[nodiscard]] std::string target() const;
  /// Methods that were called so far, in order. To be asked when the client has ended.
  [[nodiscard]] std::vector<std::string> methods() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How often `method` is among `methods`.
[[nodiscard]] std::size_t times_called(const std::vector<std::string>& methods, const std::string& method);

}  // namespace heapdiff_test
