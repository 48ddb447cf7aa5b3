#pragma once
// A message of the inspector that may hold a piece of a snapshot.

#include "heapdiff/snapshot/redact_snapshot.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::capture {

/// Takes the pieces of messages. The text of HeapProfiler.addHeapSnapshotChunk is unescaped and goes to a sink as it
/// comes, through a buffer of 64 KB, so that such a message may have any length. Any other message is kept whole.
class ChunkMessages {
 public:
  static constexpr std::size_t kMaxMessageBytes = std::size_t{4} << 20U;

  /// `message` gets each other message, whole.
  explicit ChunkMessages(std::function<void(std::string_view)> message);

  /// Where chunks go; none: they are an error, because nobody asked for them. The sink has to outlive its use.
  void set_sink(ByteSink* sink) { sink_ = sink; }
  /// Throws Error{input} for a chunk that is no JSON string and Error{limit} for another message of more than
  /// kMaxMessageBytes; else what the sink and `message` throw.
  void feed(std::string_view piece, bool last);
  /// Bytes of snapshots so far, unescaped.
  [[nodiscard]] std::uint64_t chunk_bytes() const noexcept { return chunk_bytes_; }

 private:
  enum class At { prefix, text, escape, unicode, tail, other };
  void feed_prefix(std::string_view& piece);
  void feed_text(std::string_view& piece);
  void feed_escape(char c);
  void feed_unicode(char c);
  void feed_tail(std::string_view& piece);
  void end_of_message();
  void keep(std::string_view piece);
  void put(char c);
  void put_code_point(std::uint32_t code);
  void flush();

  std::function<void(std::string_view)> message_;
  ByteSink* sink_ = nullptr;
  At at_ = At::prefix;
  std::size_t matched_ = 0;  ///< characters of the prefix
  std::string kept_;
  std::vector<char> out_;
  std::size_t filled_ = 0;
  std::uint64_t chunk_bytes_ = 0;
  std::uint32_t unicode_ = 0;
  unsigned digits_ = 0;
  std::uint32_t high_surrogate_ = 0;
};

}  // namespace heapdiff::capture
