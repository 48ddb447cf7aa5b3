#pragma once
// JSON Schema, compiled once: the validator's templates take long.

#include <nlohmann/json.hpp>

#include <string>

namespace heapdiff::test {

/// What `document` breaks of `schema`, a line each; empty for a document that is valid.
std::string schema_complaint(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace heapdiff::test
