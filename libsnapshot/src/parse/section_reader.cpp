#include "parse/section_reader.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "parse/foreign_text.h"
#include "parse/header.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::parse {
namespace {

constexpr std::size_t kSections = static_cast<std::size_t>(Section::count);
constexpr std::array<std::string_view, kSections> kNames = {
    "snapshot", "nodes", "edges", "trace_function_infos", "trace_tree", "samples", "locations", "strings"};
constexpr std::array<Section, 4> kRequired = {Section::snapshot, Section::nodes, Section::edges, Section::strings};

}  // namespace

std::string_view section_name(Section section) noexcept { return kNames[static_cast<std::size_t>(section)]; }

std::uint64_t max_strings(std::optional<std::uint64_t> input_bytes) noexcept {
  constexpr std::uint64_t kMaxStrings = std::uint64_t{1} << 32U;
  // A string takes two quotes and a separator.
  return input_bytes ? std::min(*input_bytes / 3 + 1, kMaxStrings) : kMaxStrings;
}

SectionReader::SectionReader(ByteSource& source, const std::string& name, const Limits& limits, unsigned threads,
                             ProgressListener* progress, Diagnostics& diagnostics, SectionHandler& handler)
    : source_(source),
      limits_(limits),
      threads_(threads),
      diagnostics_(diagnostics),
      handler_(handler),
      window_(source, name, progress),
      text_(window_, diagnostics) {}

void SectionReader::read() {
  try {
    read_document();
  } catch (const Error&) {
    source_.check_unchanged();  // that it was written meanwhile explains what is wrong in it
    throw;
  }
  source_.check_unchanged();
  check_references();
}

void SectionReader::read_document() {
  read_prelude();
  while (true) {
    text_.next();
    const std::uint64_t at = window_.offset();
    if (window_.peek() != '"') {
      fail_at_missing_key(at);
    }
    const std::string key = text_.string("the top level");
    text_.expect(':', "at the top level");
    read_section(key, at);
    if (text_.accept('}')) {
      break;
    }
    if (text_.next() == io::TextWindow::kEnd) {
      fail_at_end();
    }
    text_.expect(',', "or '}' at the top level");
  }
  check_complete();
  check_nothing_follows();
}

void SectionReader::read_prelude() {
  if (window_.peek() == 0xEF) {
    for (const int byte : {0xEF, 0xBB, 0xBF}) {
      if (window_.peek() != byte) {
        text_.fail_here("'{'");
      }
      window_.advance();
    }
    diagnostics_.warn("bom", "the file starts with a UTF-8 byte order mark");
  }
  const int first = text_.next();
  if (first == '{') {
    window_.advance();
    return;
  }
  const std::uint64_t at = window_.offset();
  if (first == io::TextWindow::kEnd) {
    text_.fail(at, "expected '{', got end of file",
               at == 0
                   ? "The file is empty: the snapshot was never written, the disk was full or the process was killed."
                   : "The file holds no snapshot.");
  }
  const bool utf16 = first == 0xFF || first == 0xFE;
  text_.fail(at,
             utf16 ? std::string("expected UTF-8 JSON, got a UTF-16 byte order mark")
                   : fmt::format("expected '{{', got {}", describe_byte(first)),
             advice_on_start(text_ahead(window_), at));
}

void SectionReader::fail_at_missing_key(std::uint64_t at) {
  const auto* const missing =
      std::find_if(kRequired.begin(), kRequired.end() - 1, [this](Section section) { return !seen(section); });
  text_.fail(at, fmt::format("expected the key \"{}\", got {}", section_name(*missing), describe_byte(window_.peek())));
}

void SectionReader::fail_at_end() {
  const std::uint64_t at = window_.offset();
  for (const Section section : kRequired) {
    if (!seen(section)) {
      text_.fail(at, fmt::format("expected the key \"{}\", got end of file", section_name(section)),
                 std::string(kTruncatedAdvice));
    }
  }
  text_.fail(at, "expected '}', got end of file", "Everything else was read: only the end of the file is missing.");
}

void SectionReader::read_section(const std::string& key, std::uint64_t at) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), key);
  if (found == kNames.end()) {
    if (!seen(Section::snapshot)) {
      text_.fail(at, fmt::format("expected the key \"snapshot\", got \"{}\"", visible_text(key, 24)),
                 advice_on_first_key(key, text_ahead(window_)));
    }
    if (!key.starts_with("scope")) {
      diagnostics_.warn("section", fmt::format("an unknown section was skipped: {}", visible_text(key, 40)));
    }
    text_.skip_value(limits_.max_depth, "a section that is not used");
    return;
  }
  const auto section = static_cast<Section>(found - kNames.begin());
  if (seen(section)) {
    text_.fail(at, fmt::format("expected each section once, got \"{}\" again", key));
  }
  if (section != Section::snapshot && !seen(Section::snapshot)) {
    text_.fail(at, fmt::format("expected the key \"snapshot\" before \"{}\"", key),
               advice_on_first_key(key, text_ahead(window_)));
  }
  if (section == Section::edges && !seen(Section::nodes)) {
    text_.fail(at, fmt::format("expected the key \"nodes\" before \"{}\"", key), advice_on_order());
  }
  seen_[static_cast<std::size_t>(section)] = true;
  if (section == Section::snapshot) {
    meta_ = std::make_unique<SnapshotMeta>(read_header(text_, limits_, diagnostics_));
    checks_.emplace(*meta_, limits_, window_.name());
    handler_.on_header(*meta_);
    return;
  }
  text_.expect('[', fmt::format("to open \"{}\"", key));
  if (section == Section::locations && !seen(Section::nodes)) {
    early_locations_ = read_early_locations(text_, *meta_);
    return;
  }
  handler_.on_section_begin(section);
  read_values(section);
  handler_.on_section_end(section);
  if (section == Section::nodes && early_locations_) {
    handler_.on_section_begin(Section::locations);
    hand_out_locations(*early_locations_, *checks_, window_, handler_);
    handler_.on_section_end(Section::locations);
    early_locations_.reset();
  }
}

void SectionReader::read_values(Section section) {
  switch (section) {
    case Section::nodes:
      return read_nodes();
    case Section::edges:
      return read_edges();
    case Section::trace_function_infos:
      return read_trace_functions(text_, *meta_, handler_, traces_);
    case Section::trace_tree:
      return read_trace_tree(text_, *meta_, limits_, handler_, traces_);
    case Section::samples:
      return read_samples(text_, *meta_, handler_);
    case Section::locations:
      return read_locations(text_, *checks_, handler_);
    default:
      return read_strings();
  }
}

std::uint64_t SectionReader::max_rows(std::optional<std::uint64_t> declared, std::uint64_t stride, std::uint64_t limit,
                                      std::string_view what) const {
  // A number takes at least one digit and one separator, so a small file cannot make us ask for much memory.
  const std::optional<std::uint64_t> bytes = source_.size_bytes();
  const std::uint64_t fit = bytes ? *bytes / (2 * stride) + 1 : UINT64_MAX;
  const std::uint64_t rows = std::min(declared.value_or(limit), fit);
  if (rows > limit) {
    throw Error(ErrorKind::limit, window_.name(), std::nullopt,
                fmt::format("expected at most {} {}, got {}", limit, what, rows));
  }
  return rows;
}

void SectionReader::read_nodes() {
  ArrayShape shape;
  shape.section = "nodes";
  shape.stride = static_cast<std::uint32_t>(meta_->node_fields.size());
  shape.declared_rows = usable_count(meta_->node_count);
  shape.capacity = max_rows(shape.declared_rows, shape.stride, limits_.max_nodes, "nodes");
  handler_.on_nodes_begin(shape.capacity);
  const std::uint64_t rows = read_array(
      window_, shape, threads_, [this](const ArrayBlock& block) { return handler_.parse_nodes(block, *checks_); });
  warn_about_zero_count(meta_->node_count, rows, "node");
  checks_->set_node_count(rows);
  handler_.on_nodes_end(rows, *checks_, window_.offset());
}

void SectionReader::read_edges() {
  ArrayShape shape;
  shape.section = "edges";
  shape.stride = static_cast<std::uint32_t>(meta_->edge_fields.size());
  shape.declared_rows = usable_count(meta_->edge_count);
  shape.capacity = max_rows(shape.declared_rows, shape.stride, limits_.max_edges, "edges");
  handler_.on_edges_begin(shape.capacity);
  const std::uint64_t rows = read_array(
      window_, shape, threads_, [this](const ArrayBlock& block) { return handler_.parse_edges(block, *checks_); });
  warn_about_zero_count(meta_->edge_count, rows, "edge");
  handler_.on_edges_end(rows, *checks_, window_.offset());
}

void SectionReader::warn_about_zero_count(std::optional<std::uint64_t> declared, std::uint64_t rows,
                                          std::string_view what) {
  if (declared == 0 && rows != 0) {
    diagnostics_.warn(fmt::format("zero-{}-count", what),
                      fmt::format("\"{0}_count\" is 0 although there are {0}s, as Hermes writes it: the number of {0}s "
                                  "was taken from the rows",
                                  what));
  }
}

void SectionReader::read_strings() {
  if (text_.accept(']')) {
    return;
  }
  const std::uint64_t most = max_strings(source_.size_bytes());
  std::string scratch;
  while (true) {
    if (string_count_ == most) {
      throw Error(ErrorKind::limit, window_.name(), window_.offset(), "expected fewer than 2^32 strings");
    }
    text_.next();
    if (handler_.wants_string(string_count_, window_.ahead(SectionHandler::kAheadOfString))) {
      scratch.clear();
      text_.read_string(&scratch, "\"strings\"");
      handler_.on_string(string_count_, scratch, window_.offset());
    } else {
      text_.read_string(nullptr, "\"strings\"");
    }
    ++string_count_;
    if ((string_count_ & 0xFFFFU) == 0) {
      window_.report("reading");
    }
    if (text_.accept(']')) {
      return;
    }
    text_.expect(',', "or ']' in \"strings\"");
  }
}

void SectionReader::check_complete() {
  const std::uint64_t at = window_.offset() - 1;
  for (const Section section : kRequired) {
    if (!seen(section)) {
      text_.fail(at, fmt::format("expected the key \"{}\", got '}}'", section_name(section)));
    }
  }
}

void SectionReader::check_nothing_follows() {
  const std::uint64_t end = window_.offset();
  const int c = text_.next();
  if (c != io::TextWindow::kEnd) {
    text_.fail(window_.offset(), fmt::format("expected end of file, got {}", describe_byte(c)), advice_on_rest(c, end));
  }
}

void SectionReader::check_references() {
  const std::uint64_t end = window_.offset();
  checks_->check_names(string_count_, handler_.first_node_named_from(string_count_),
                       handler_.first_edge_named_from(string_count_), end);
  traces_.check(window_.name(), string_count_, end);
}

}  // namespace heapdiff::parse
