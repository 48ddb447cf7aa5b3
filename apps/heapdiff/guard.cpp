#include "guard.h"

#include "heapdiff/snapshot/error.h"

#include <exception>
#include <new>

namespace heapdiff {

int guarded(const std::function<int()>& program, std::FILE* errors) {
  try {
    return program();
  } catch (const Error& e) {
    std::fprintf(errors, "heapdiff: %s\n", e.what());
    if (e.kind() == ErrorKind::internal) {
      std::fputs("This is a bug in heapdiff. Please report it.\n", errors);
    }
    return exit_code(e.kind());
  } catch (const std::bad_alloc&) {
    std::fputs("heapdiff: not enough memory\n", errors);
    return exit_code(ErrorKind::limit);
  } catch (const std::exception& e) {
    std::fprintf(errors, "heapdiff: internal error: %s\nThis is a bug in heapdiff. Please report it.\n", e.what());
    return exit_code(ErrorKind::internal);
  }
}

}  // namespace heapdiff
