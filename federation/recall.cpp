#include "federation/recall.h"

#include "base/json_reader.h"
#include "federation/values.h"

namespace federation {
namespace {

constexpr std::string_view type = "Recall";
constexpr std::string_view terms = R"json({
    "Recall": "https://staffroom.example/ns/v1#Recall"
})json";

} // namespace

Json render_recall(const RecallRequest& recall, std::string_view to) {
    return {
        {"@context", Json::array({"https://www.w3.org/ns/activitystreams", Json::parse(terms)})},
        {"id", recall.id},
        {"type", "Offer"},
        {"actor", recall.actor},
        {"to", Json::array({to})},
        {"object",
         {{"id", recall.id + "/recall"},
          {"type", type},
          {"attributedTo", recall.actor},
          {"subject", recall.subject}}}};
}

Result<RecallRequest> parse_recall(const Json& document) {
    if (!document.is_object() || !has_type(document, type))
        return Error{.kind = Error::Kind::NotFound, .detail = "no recall"};
    JsonReader json(document);
    RecallRequest recall{.id = id_of(document),
                         .actor = first_id_in(json, "attributedTo"),
                         .subject = first_id_in(json, "subject")};
    if (recall.actor.empty() || recall.subject.empty())
        return Error{.kind = Error::Kind::Invalid, .detail = "recall: a property"};
    return json.finish(recall);
}

} // namespace federation
