#include "support/json_schema.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace heapdiff::test {

std::string schema_complaint(const nlohmann::json& schema, const nlohmann::json& document) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  valijson::Schema rules;
  valijson::SchemaParser parser;
  parser.populateSchema(Adapter(schema), rules);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(rules, Adapter(document), &results)) {
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

}  // namespace heapdiff::test
