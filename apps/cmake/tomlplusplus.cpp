// The compiled half of toml++, for static builds: Debian ships it as a shared library and as headers, not as an
// archive.

#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
