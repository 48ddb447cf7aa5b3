#pragma once
// A session with a V8 inspector: its HTTP list of targets, its WebSocket, and calls of its protocol.

#include "capture/chunk_message.h"
#include "capture/socket.h"
#include "capture/websocket.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {
class ProgressListener;
}

namespace heapdiff::capture {

class SnapshotPipe;

/// How an inspector is reached.
struct InspectorOptions {
  bool allow_remote = false;
  std::chrono::milliseconds patience{10'000};  ///< for an answer of a program that is not busy
  const Interrupt* interrupt = nullptr;
};

/// An entry of /json/list. Its texts are the target's own: they may hold anything.
struct InspectorPage {
  std::string type;
  std::string title;
  std::string url;
  std::string path;  ///< of its WebSocket: "/6b6e..."; checked
};

/// What listens at `address`. Throws Error{input} where that is no inspector, and as connect_to() does.
[[nodiscard]] std::vector<InspectorPage> list_pages(const Address& address, const InspectorOptions& options);

/// Whether an inspector listens at `address`. Throws Interrupted only.
[[nodiscard]] bool is_inspector(const Address& address, const InspectorOptions& options);

class InspectorSession final : private WebSocketHandler {
 public:
  /// Connects to the WebSocket `path` ("/..."; characters that are not printable are an error). Throws as connect_to()
  /// does, and Error{input} where the other end does not open a WebSocket.
  InspectorSession(const Address& address, const std::string& path, const InspectorOptions& options);

  /// Calls a method and returns what it answers. Throws Error{input} where the target refuses or is gone, TimedOut,
  /// Interrupted.
  nlohmann::json call(std::string_view method, const nlohmann::json& params, std::chrono::milliseconds patience);
  nlohmann::json call(std::string_view method, const nlohmann::json& params);
  /// Calls a method whose answer does not matter, and does not wait for it.
  void tell(std::string_view method, const nlohmann::json& params);
  /// Answers pings and reads what comes until then. Throws Error{input} when the target ends or closes the connection,
  /// Interrupted.
  void idle_until(Deadline deadline);
  /// Takes a snapshot and writes its bytes to `sink` as they come. Returns their number. Throws TimedOut when it takes
  /// longer than `max_pause` (none: 30 minutes without a byte), and as call() does. After an exception the session
  /// cannot be used again.
  std::uint64_t take_snapshot(ByteSink& sink, std::optional<std::chrono::milliseconds> max_pause,
                              ProgressListener* progress);
  /// Number of objects on the heap, which V8 counts in a collection of garbage. Forgets the ids that it has given to
  /// objects, so that it is for the time before the first snapshot. None where the target does not say.
  [[nodiscard]] std::optional<std::uint64_t> count_objects();
  /// Lets V8 drop the bytecode of functions that have not run for a while, such as those of Node's start. V8 ages them
  /// in the collections of a snapshot and of a search for objects, and not in those of HeapProfiler.collectGarbage.
  void age_bytecode(std::chrono::milliseconds patience);
  /// Whether the target can write into a pipe of this process: it runs Node.js on this machine, and may open our files.
  [[nodiscard]] bool can_reach(const SnapshotPipe& pipe);
  /// Whether the target has closed the connection, or said that it ends.
  [[nodiscard]] bool is_over() const noexcept { return closed_ || wants_to_end_; }
  /// The same as take_snapshot(), but Node writes the snapshot into `pipe`, which it can reach. It waits there for its
  /// reader, where pieces that are sent through the inspector pile up in its memory.
  /// None where Node refuses to, and nothing was written.
  std::optional<std::uint64_t> take_through(const SnapshotPipe& pipe, ByteSink& sink,
                                            std::optional<std::chrono::milliseconds> max_pause,
                                            ProgressListener* progress);

 private:
  void on_text(std::string_view piece, bool last) override;
  void on_ping(std::string_view payload) override;
  void on_close(unsigned code) override;
  void on_message(std::string_view text);
  void send(Opcode opcode, std::string_view payload);
  std::uint64_t send_call(std::string_view method, const nlohmann::json& params);
  /// Reads until the answer to call `id` has come.
  nlohmann::json answer_to(std::uint64_t id, std::string_view method, Deadline deadline);
  /// Takes the answer that has come.
  nlohmann::json take_answer(std::string_view method);
  void read_some(Deadline deadline);

  InspectorOptions options_;
  Socket socket_;
  WebSocketReader frames_;
  ChunkMessages messages_;
  std::vector<char> buffer_;
  std::uint64_t last_id_ = 0;
  std::uint64_t awaited_ = 0;
  std::optional<std::string> answer_;
  std::optional<std::uint64_t> counted_;  ///< objects, from the latest statistics
  bool closed_ = false;
  bool wants_to_end_ = false;  ///< Node waits for us to go away before it ends
};

}  // namespace heapdiff::capture
