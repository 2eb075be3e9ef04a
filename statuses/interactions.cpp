#include "statuses/interactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace statuses {
namespace {

struct Word {
    const char* client;
    const char* row;
};
constexpr Word words[] = {
    {"can_favourite", "like"}, {"can_reply", "reply"}, {"can_reblog", "announce"}};

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

Error not_taken(std::string_view client, std::string_view name) {
    const auto text = fmt::format("Validation failed: {} cannot be for {}", client, name);
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = text};
}

/// The names of one list; newer and older apps call it differently.
std::vector<std::string> list_of(const http::Form& form, const char* name, const char* older) {
    auto names = form.list(name);
    if (names.empty()) names = form.list(older);
    return names;
}

Result<Json> parse_part(const http::Form& form, const Word& word) {
    const auto automatic = list_of(form, "automatic_approval", "always");
    for (const auto& name : list_of(form, "manual_approval", "with_approval")) {
        // Whoever may at once needs no leave.
        if (!has(automatic, name) && !has(automatic, "public"))
            return not_taken(word.client, name + " with approval of each");
    }
    Json names = Json::array();
    for (const std::string_view name : {"public", "followers", "following"}) {
        if (has(automatic, name)) names.push_back(name);
    }
    if (has(automatic, "public")) names = Json::array({"public"});
    const bool is_reply = std::string_view(word.row) == "reply";
    for (const auto& name : automatic) {
        const bool is_named = std::ranges::find(names, Json(name)) != names.end();
        const bool adds_nothing = name == "author" || name == "me" ||
                                  (is_reply && name == "mentioned") || has(automatic, "public");
        if (!is_named && !adds_nothing) return not_taken(word.client, name);
    }
    return Json{{"automatic", std::move(names)}, {"manual", Json::array()}};
}

Json usual_names(db::Visibility visibility, const Word& word) {
    if (db::is_open(visibility)) return {"public"};
    if (std::string_view(word.row) == "announce") return {"author"};
    if (visibility == db::Visibility::Private) return {"author", "followers", "mentioned"};
    return {"author", "mentioned"};
}

Json names_of(const Json& part, const Word& word) {
    Json names = part.value("automatic", Json::array());
    if (std::ranges::find(names, Json("public")) != names.end()) return names;
    names.push_back("author");
    if (std::string_view(word.row) == "reply") names.push_back("mentioned");
    return names;
}

} // namespace

Result<Json> parse_interactions(const http::Form& form) {
    Json policy;
    for (const auto& word : words) {
        if (!form.has(word.client)) continue;
        auto part = parse_part(form.child(word.client), word);
        if (!part) return part;
        policy[word.row] = std::move(*part);
    }
    return policy;
}

Json render_interactions(const Json& policy, db::Visibility visibility) {
    Json rendered = Json::object();
    for (const auto& word : words) {
        const bool is_stated = policy.is_object() && policy.contains(word.row);
        const Json names =
            is_stated ? names_of(policy.at(word.row), word) : usual_names(visibility, word);
        const Json manual =
            is_stated ? policy.at(word.row).value("manual", Json::array()) : Json::array();
        rendered[word.client] = {{"automatic_approval", names},
                                 {"manual_approval", manual},
                                 {"always", names},
                                 {"with_approval", manual}};
    }
    return rendered;
}

} // namespace statuses
