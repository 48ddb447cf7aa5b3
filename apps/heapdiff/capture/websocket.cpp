#include "capture/websocket.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <vector>

namespace heapdiff::capture {

namespace {

constexpr unsigned kContinuation = 0;
constexpr unsigned kText = 1;
constexpr unsigned kClose = 8;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 10;
constexpr std::uint64_t kMaxControlBytes = 125;
constexpr unsigned kNoCloseCode = 1005;

[[noreturn]] void refuse_frame(const std::string& message) {
  throw Error(ErrorKind::input, "WebSocket: " + message, "The other end does not speak the inspector's protocol.");
}

bool is_control(unsigned opcode) { return (opcode & 8U) != 0; }

/// SHA-1, which a handshake asks for. It proves that the other end speaks the protocol, and protects nothing.
std::array<unsigned char, 20> sha1(std::string_view text) {
  std::array<std::uint32_t, 5> h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  std::vector<unsigned char> bytes(text.begin(), text.end());
  bytes.push_back(0x80);
  while (bytes.size() % 64 != 56) {
    bytes.push_back(0);
  }
  const std::uint64_t bits = std::uint64_t{text.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<unsigned char>(bits >> static_cast<unsigned>(shift)));
  }
  for (std::size_t block = 0; block < bytes.size(); block += 64) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 16; ++i) {
      const unsigned char* at = bytes.data() + block + 4 * i;
      w[i] = std::uint32_t{at[0]} << 24U | std::uint32_t{at[1]} << 16U | std::uint32_t{at[2]} << 8U | at[3];
    }
    for (std::size_t i = 16; i < 80; ++i) {
      w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    auto [a, b, c, d, e] = h;
    for (std::size_t i = 0; i < 80; ++i) {
      const std::uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                              : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                              : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                       : (b ^ c ^ d) + 0xCA62C1D6;
      const std::uint32_t next = std::rotl(a, 5) + f + e + w[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
  }
  std::array<unsigned char, 20> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(h[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace

void WebSocketReader::begin_frame(unsigned char first) {
  final_ = (first & 0x80U) != 0;
  opcode_ = first & 0x0FU;
  if ((first & 0x70U) != 0) {
    refuse_frame("expected a frame without extensions, got reserved bits");
  }
  if (is_control(opcode_)) {
    if (opcode_ != kClose && opcode_ != kPing && opcode_ != kPong) {
      refuse_frame(fmt::format("expected a known kind of frame, got {}", opcode_));
    }
    if (!final_) {
      refuse_frame("expected a control frame in one piece, got a fragment");
    }
  } else if (opcode_ == kContinuation) {
    if (!in_message_) {
      refuse_frame("expected the beginning of a message, got its continuation");
    }
  } else if (opcode_ != kText) {
    refuse_frame(fmt::format("expected a text message, got a frame of kind {}", opcode_));
  } else if (in_message_) {
    refuse_frame("expected the rest of a message, got the beginning of another");
  }
  at_ = At::second_byte;
}

void WebSocketReader::begin_length(unsigned char second) {
  if ((second & 0x80U) != 0) {
    refuse_frame("expected a frame without a mask, as a server sends it, got a masked one");
  }
  const unsigned length = second & 0x7FU;
  left_ = length < 126 ? length : 0;
  length_bytes_ = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (is_control(opcode_) && length_bytes_ != 0) {
    refuse_frame("expected a control frame of at most 125 bytes, got a longer one");
  }
  if (length_bytes_ == 0) {
    begin_payload();
  } else {
    at_ = At::length;
  }
}

void WebSocketReader::begin_payload() {
  if ((left_ >> 63U) != 0) {
    refuse_frame("expected a length below 2^63, got a larger one");
  }
  at_ = At::payload;
  if (left_ == 0) {
    end_frame();
  }
}

std::string_view WebSocketReader::take_payload(std::string_view bytes) {
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  const std::string_view piece = bytes.substr(0, n);
  left_ -= n;
  if (is_control(opcode_)) {
    control_ += piece;
  } else if (left_ != 0) {
    in_message_ = true;
    handler_.on_text(piece, false);
  } else {
    in_message_ = !final_;
    handler_.on_text(piece, final_);
    at_ = At::first_byte;
    return bytes.substr(n);
  }
  if (left_ == 0) {
    end_frame();
  }
  return bytes.substr(n);
}

/// After a control frame, or an empty frame of a message.
void WebSocketReader::end_frame() {
  at_ = At::first_byte;
  if (!is_control(opcode_)) {
    in_message_ = !final_;
    if (final_) {
      handler_.on_text({}, true);
    }
    return;
  }
  const std::string payload = std::move(control_);
  control_.clear();
  if (opcode_ == kPing) {
    handler_.on_ping(payload);
  } else if (opcode_ == kClose) {
    if (payload.size() == 1) {
      refuse_frame("expected a close frame with a whole code, got one byte");
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(payload[i])); };
    handler_.on_close(payload.empty() ? kNoCloseCode : byte(0) << 8U | byte(1));
  }
}

void WebSocketReader::feed(std::string_view bytes) {
  static_assert(kMaxControlBytes < 126);
  while (!bytes.empty()) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    switch (at_) {
      case At::first_byte:
        bytes.remove_prefix(1);
        begin_frame(byte);
        break;
      case At::second_byte:
        bytes.remove_prefix(1);
        begin_length(byte);
        break;
      case At::length:
        bytes.remove_prefix(1);
        left_ = left_ << 8U | byte;
        if (--length_bytes_ == 0) {
          begin_payload();
        }
        break;
      case At::payload:
        bytes = take_payload(bytes);
        break;
    }
  }
}

std::string client_frame(Opcode opcode, std::string_view payload, std::array<unsigned char, 4> mask) {
  constexpr unsigned kMasked = 0x80;
  std::string frame(1, static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
  const auto put = [&](std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      frame += static_cast<char>(value >> static_cast<unsigned>(shift));
    }
  };
  if (payload.size() < 126) {
    put(kMasked | payload.size(), 1);
  } else if (payload.size() <= 0xFFFF) {
    put(kMasked | 126U, 1);
    put(payload.size(), 2);
  } else {
    put(kMasked | 127U, 1);
    put(payload.size(), 8);
  }
  frame.append(mask.begin(), mask.end());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
  }
  return frame;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t known = bytes.size() - i;
      text += k <= known ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

std::string accept_of(std::string_view key) {
  const auto digest = sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace heapdiff::capture
