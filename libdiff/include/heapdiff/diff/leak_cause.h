#pragma once
// Causes that a kind of leak does not tell: what the program did, where the collection that grows is not its own.

#include <cstdint>
#include <string_view>

namespace heapdiff {

enum class LeakCause : std::uint8_t {
  none,
  // Collections that Node keeps for a program.
  performance_timeline,  ///< marks, measures and resources
  abort_dependants,      ///< signals that AbortSignal.any() made from a signal
  async_storages,        ///< every AsyncLocalStorage in use
  timers_by_number,      ///< timers that the program turned into numbers
  finalization_cells,    ///< of a FinalizationRegistry: one for each call of register()
  living_targets,        ///< the same, where the targets stay for a reason of their own
  diagnostics_channel,   ///< its subscribers
  channel_names,         ///< the table of all diagnostics channels by name
  http_agent,            ///< its sockets and waiting requests
  // What the objects themselves show.
  request_context,  ///< what belongs to a request hangs from one object, which is kept
  string_parts,     ///< texts that were put together, which keep all their parts
  string_slices,    ///< slices of long strings, which keep these whole
  kept_timers,      ///< timers that fired or were cleared, and that the program keeps
  promise_waiters,  ///< reactions pile up on one promise
  promise_chain,    ///< each promise waits for another one, which keeps it
  runtime_timers,   ///< timers that Node started, as for AbortSignal.timeout(): no handle of theirs is the program's
  event_target,     ///< listeners of an EventTarget, an AbortSignal or a DOM node, which is no emitter
};

/// A collection of Node's as a reader knows it: "Node's performance timeline". Empty for all other causes.
[[nodiscard]] std::string_view collection_words(LeakCause cause) noexcept;

}  // namespace heapdiff
