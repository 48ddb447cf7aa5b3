#include "support/json_schema.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace heapdiff::test {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

struct JsonSchema::Rules {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(const nlohmann::json& schema) : rules_(std::make_unique<Rules>()) {
  const bool old = schema.value("$schema", "").find("draft-04") != std::string::npos;
  valijson::SchemaParser parser(old ? valijson::SchemaParser::kDraft4 : valijson::SchemaParser::kDraft7);
  parser.populateSchema(Adapter(schema), rules_->schema);
}

JsonSchema::~JsonSchema() = default;

std::string JsonSchema::complaint(const nlohmann::json& document) const {
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(rules_->schema, Adapter(document), &results)) {
    return {};
  }
  valijson::ValidationResults::Error error;
  std::string text;
  while (results.popError(error)) {
    for (const std::string& step : error.context) {
      text += step;
    }
    text += ": " + error.description + "\n";
  }
  return text;
}

std::string schema_complaint(const nlohmann::json& schema, const nlohmann::json& document) {
  return JsonSchema(schema).complaint(document);
}

}  // namespace heapdiff::test
