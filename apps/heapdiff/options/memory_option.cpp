#include "options/memory_option.h"

#include "heapdiff/snapshot/memory_forecast.h"

namespace heapdiff {

MemoryOption::MemoryOption(CLI::App& app) {
  app.option_defaults()->group("Other");
  option_ =
      app.add_option("--max-memory", bytes_,
                     "Refuse a snapshot that would need more, such as 800MB or 4GiB; 0: never (default: what is "
                     "available)")
          ->transform(CLI::AsSizeValue(true))
          ->transform(CLI::Validator(  // runs first: the library takes -1 for the largest number
              [](std::string& text) { return text.starts_with('-') ? "expected a size, got " + text : std::string(); },
              ""))
          ->type_name("SIZE");
}

std::uint64_t MemoryOption::limit_bytes() const {
  return option_->count() != 0 ? bytes_ : available_memory_bytes().value_or(0);
}

}  // namespace heapdiff
