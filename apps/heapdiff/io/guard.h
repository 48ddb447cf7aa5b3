#pragma once
// Turns exceptions into a message and an exit code.

#include <cstdio>
#include <functional>
#include <string>

namespace heapdiff {

/// Runs `program` and returns its result. For an exception, prints a message on `errors` and returns its exit code.
/// Warnings that were kept follow.
[[nodiscard]] int guarded(const std::function<int()>& program, std::FILE* errors);

/// The handler for std::set_terminate() of this program: an allocation can fail in a function that must not throw, such
/// as a comparison of the option parser. Then it does what guarded() does, without unwinding. Anything else aborts.
[[noreturn]] void end_without_memory();

/// What guarded() does for memory that ends, without unwinding.
[[noreturn]] void exit_without_memory() noexcept;
/// To be called before an allocation that failed throws: what ends the program then is known to be that.
void note_failed_allocation() noexcept;

/// Keeps a line for standard error until print_warnings() or the end of guarded(), so that an error comes first.
void warn_later(std::string line);
/// Prints what was kept, in order.
void print_warnings(std::FILE* errors);

}  // namespace heapdiff
