#pragma once
// The options of `heapdiff analyze`.

#include "io/console.h"
#include "options/declare_options.h"
#include "options/gate_options.h"
#include "options/memory_option.h"
#include "options/outlook_options.h"
#include "options/series_options.h"
#include "options/source_options.h"

namespace heapdiff {

struct AnalyzeOptions {
  explicit AnalyzeOptions(CLI::App& app)
      : series(app),
        console(app, report_formats(), Console::Text::brief),
        source(app),
        gates(app),
        outlook(app),
        memory(app) {
    add_flag(app, "--force", force, "Go on when the snapshots are of different processes");
  }
  SeriesOptions series;
  Console console;
  SourceOptions source;
  GateOptions gates;
  OutlookOptions outlook;
  MemoryOption memory;
  bool force = false;
};

}  // namespace heapdiff
