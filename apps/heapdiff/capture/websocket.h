#pragma once
// The client's half of RFC 6455, without extensions: frames taken apart and put together. Nothing here does input or
// output.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace heapdiff::capture {

/// What a server sends, in order.
class WebSocketHandler {
 public:
  WebSocketHandler() = default;
  WebSocketHandler(const WebSocketHandler&) = delete;
  WebSocketHandler& operator=(const WebSocketHandler&) = delete;
  virtual ~WebSocketHandler() = default;
  /// A piece of a text message. `last`: the message ends with it; the piece may then be empty.
  virtual void on_text(std::string_view piece, bool last) = 0;
  virtual void on_ping(std::string_view payload) = 0;
  /// The server ends the connection. `code` is 1005 when it gave none.
  virtual void on_close(unsigned code) = 0;
};

/// Takes apart the frames that a server sends, as their bytes come. Holds at most one control frame (125 bytes); the
/// pieces of a message go on at once, so that a message may have any length.
class WebSocketReader {
 public:
  explicit WebSocketReader(WebSocketHandler& handler) : handler_(handler) {}

  /// Takes any number of bytes. Throws Error{input} for what RFC 6455 forbids a server, for binary messages and for
  /// extensions: none was asked for.
  void feed(std::string_view bytes);

 private:
  enum class At { first_byte, second_byte, length, payload };
  void begin_frame(unsigned char first);
  void begin_length(unsigned char second);
  void begin_payload();
  std::string_view take_payload(std::string_view bytes);
  void end_frame();

  WebSocketHandler& handler_;
  At at_ = At::first_byte;
  unsigned opcode_ = 0;
  bool final_ = false;
  bool in_message_ = false;  ///< a text message has begun and not ended
  unsigned length_bytes_ = 0;
  std::uint64_t left_ = 0;  ///< of the payload
  std::string control_;
};

enum class Opcode : unsigned char { text = 1, close = 8, pong = 10 };

/// One whole frame, masked as a client has to. `mask` has to be random.
[[nodiscard]] std::string client_frame(Opcode opcode, std::string_view payload, std::array<unsigned char, 4> mask);

/// What a server has to answer to the key of a handshake.
[[nodiscard]] std::string accept_of(std::string_view key);

/// Base 64 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace heapdiff::capture
