// Runs the stored inputs of the fuzz targets, without a fuzzer: in every run of the tests, with every compiler. An
// input that a fuzzer finds goes to tests/fuzz/seeds/TARGET together with its repair.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// Each target is compiled with a name of its own for this function.
extern "C" {
int fuzz_config(const std::uint8_t* data, std::size_t size);
int fuzz_dominators(const std::uint8_t* data, std::size_t size);
int fuzz_git(const std::uint8_t* data, std::size_t size);
int fuzz_javascript(const std::uint8_t* data, std::size_t size);
int fuzz_pipeline(const std::uint8_t* data, std::size_t size);
int fuzz_snapshot(const std::uint8_t* data, std::size_t size);
int fuzz_structured(const std::uint8_t* data, std::size_t size);
int fuzz_source(const std::uint8_t* data, std::size_t size);
int fuzz_text(const std::uint8_t* data, std::size_t size);
int fuzz_times(const std::uint8_t* data, std::size_t size);
}

namespace {

struct Target {
  const char* name;
  int (*run)(const std::uint8_t*, std::size_t);
};

constexpr Target kTargets[] = {{"config", fuzz_config},     {"dominators", fuzz_dominators},
                               {"git", fuzz_git},           {"javascript", fuzz_javascript},
                               {"pipeline", fuzz_pipeline}, {"snapshot", fuzz_snapshot},
                               {"source", fuzz_source},     {"structured", fuzz_structured},
                               {"text", fuzz_text},         {"times", fuzz_times}};

/// Changes some bytes: what a fuzzer does without looking at what the target does with them.
std::string mutated(std::string text, std::mt19937_64& random) {
  static constexpr const char* kPieces[] = {"0",  "\\",           "\"",         "`",  "${", "}",
                                            "\n", "\xe2\x80\xa8", "4294967296", "//", "/*", "\x01"};
  for (std::size_t changes = 1 + random() % 4; changes > 0 && !text.empty(); --changes) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      case 2:
        text.insert(at, kPieces[random() % std::size(kPieces)]);
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), random() % 32));
    }
  }
  return text;
}

}  // namespace

/// Without an argument: the stored inputs. With a number: so many changed ones of each target, or of the one that is
/// named behind it, too, with a fixed seed, and how many a second that were, in CPU time.
int main(int argc, char** argv) {
  const std::size_t mutations = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  std::size_t inputs = 0;
  for (const Target& target : kTargets) {
    const std::filesystem::path folder = std::filesystem::path(HEAPDIFF_SOURCE_DIR) / "tests/fuzz/seeds" / target.name;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      files.push_back(entry.path());
    }
    if (files.empty()) {
      std::fprintf(stderr, "%s holds no inputs\n", folder.c_str());
      return 1;
    }
    for (const std::filesystem::path& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::string whole{std::istreambuf_iterator<char>(in), {}};
      std::printf("%s/%s\n", target.name, file.filename().c_str());
      std::fflush(stdout);  // so that the last line names the input that breaks
      // Each input, cut at many places: what a fuzzer would try first.
      for (std::size_t size = 0; size <= whole.size(); size += 1 + whole.size() / 64) {
        target.run(reinterpret_cast<const std::uint8_t*>(whole.data()), size);
      }
      target.run(reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size());
      ++inputs;
    }
    if (mutations == 0 || (argc > 2 && std::string(argv[2]) != target.name)) {
      continue;
    }
    std::vector<std::string> texts;
    for (const std::filesystem::path& file : files) {
      std::ifstream in(file, std::ios::binary);
      texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    std::mt19937_64 random(21);
    const std::clock_t begin = std::clock();
    for (std::size_t i = 0; i < mutations; ++i) {
      const std::string text = mutated(texts[random() % texts.size()], random);
      target.run(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf("%s: %zu mutations, %.0f a second\n", target.name, mutations, static_cast<double>(mutations) / seconds);
  }
  std::printf("%zu inputs\n", inputs);
  return 0;
}
