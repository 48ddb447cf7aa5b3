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
  explicit AnalyzeOptions(CLI::App& app, SeriesUse use = SeriesUse::named)
      : series(app, use),
        console(app, report_formats(), Console::Text::brief),
        source(app),
        gates(app),
        outlook(app),
        memory(app) {
    if (use == SeriesUse::named) {  // what one command captured is of one process
      add_flag(app, "--force", force, "Go on when the snapshots are of different processes");
    }
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
