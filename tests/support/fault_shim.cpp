// Loaded into the program by LD_PRELOAD: makes a call of the system fail, and measures.
//
//   HEAPDIFF_FAIL_ALLOCATION=N  the Nth allocation of memory finds none. Counted from main() on, which sets signals
//   first:
//                               what the libraries do before it cannot be caught
//   HEAPDIFF_KILL=N             at the Nth allocation or write the program is killed
//   HEAPDIFF_FAIL_READ=N        the Nth read of a file that is not empty fails with EIO
//   HEAPDIFF_SHORT_READ=N       from the Nth read on, a read of such a file gives one byte to seven
//   HEAPDIFF_FAIL_WRITE=N       the Nth write fails with ENOSPC
//   HEAPDIFF_SHIM_RESULT=FILE   at its end the program writes "allocations reads writes peak-bytes" there
//
// It uses nothing of the C++ library, because it runs within malloc().

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t size);                           // NOLINT: names of the GNU C library
void* __libc_calloc(std::size_t count, std::size_t size);        // NOLINT
void* __libc_realloc(void* block, std::size_t size);             // NOLINT
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT
}

namespace {

std::atomic<std::uint64_t> allocations = 0;
std::atomic<std::uint64_t> reads = 0;
std::atomic<std::uint64_t> writes = 0;
std::uint64_t fail_allocation = 0;
std::uint64_t kill_at = 0;
std::uint64_t fail_read = 0;
std::uint64_t short_read = 0;
std::uint64_t fail_write = 0;
bool started = false;
bool in_main = false;

std::uint64_t number_of(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

void may_kill() {
  if (kill_at != 0 && allocations + writes == kill_at) {
    ::kill(::getpid(), SIGKILL);
  }
}

bool allocation_fails() {
  if (!started || !in_main) {
    return false;
  }
  const bool fails = ++allocations == fail_allocation;
  may_kill();
  return fails;
}

bool is_input(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
}

std::uint64_t peak_bytes() {
  char text[4096];
  const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const long size = ::syscall(SYS_read, file, text, sizeof text - 1);
  ::close(file);
  text[size < 0 ? 0 : size] = '\0';
  const char* const at = std::strstr(text, "VmHWM:");
  return at == nullptr ? 0 : std::strtoull(at + 6, nullptr, 10) * 1024;
}

__attribute__((constructor)) void start() {
  fail_allocation = number_of("HEAPDIFF_FAIL_ALLOCATION");
  kill_at = number_of("HEAPDIFF_KILL");
  fail_read = number_of("HEAPDIFF_FAIL_READ");
  short_read = number_of("HEAPDIFF_SHORT_READ");
  fail_write = number_of("HEAPDIFF_FAIL_WRITE");
  started = true;
}

__attribute__((destructor)) void finish() {
  started = false;
  const char* const path = std::getenv("HEAPDIFF_SHIM_RESULT");
  if (path == nullptr) {
    return;
  }
  char text[128];
  const int size =
      std::snprintf(text, sizeof text, "%llu %llu %llu %llu\n", static_cast<unsigned long long>(allocations.load()),
                    static_cast<unsigned long long>(reads.load()), static_cast<unsigned long long>(writes.load()),
                    static_cast<unsigned long long>(peak_bytes()));
  const int file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ::syscall(SYS_write, file, text, static_cast<std::size_t>(size));
  ::close(file);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
  if (allocation_fails()) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  if (allocation_fails()) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) noexcept {
  if (allocation_fails()) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_realloc(block, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  if (allocation_fails()) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_memalign(alignment, size);
}

void* mmap(void* address, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  if ((flags & MAP_ANONYMOUS) != 0 && allocation_fails()) {
    errno = ENOMEM;
    return MAP_FAILED;  // NOLINT: as the system defines it
  }
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, size, protection, flags, file, offset));
}

int sigaction(int signal, const struct sigaction* action, struct sigaction* old) noexcept {
  in_main = true;
  using Sigaction = int (*)(int, const struct sigaction*, struct sigaction*);
  static const auto next = reinterpret_cast<Sigaction>(::dlsym(RTLD_NEXT, "sigaction"));
  return next(signal, action, old);
}

ssize_t read(int file, void* buffer, std::size_t size) {
  if (started && is_input(file)) {
    const std::uint64_t n = ++reads;
    if (n == fail_read) {
      errno = EIO;
      return -1;
    }
    if (short_read != 0 && n >= short_read && size > 7) {
      size = 1 + n % 7;
    }
  }
  return ::syscall(SYS_read, file, buffer, size);
}

ssize_t write(int file, const void* buffer, std::size_t size) {
  if (started && file != STDERR_FILENO) {
    const bool fails = ++writes == fail_write;
    may_kill();
    if (fails) {
      errno = ENOSPC;
      return -1;
    }
  }
  return ::syscall(SYS_write, file, buffer, size);
}
}
