#pragma once
// JSON Schema, compiled once: the validator's templates take long.

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace heapdiff::test {

/// A schema made ready, for many documents.
class JsonSchema {
 public:
  explicit JsonSchema(const nlohmann::json& schema);
  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  /// What `document` breaks, a line each; empty for a document that is valid.
  [[nodiscard]] std::string complaint(const nlohmann::json& document) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

/// The same for one document.
std::string schema_complaint(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace heapdiff::test
