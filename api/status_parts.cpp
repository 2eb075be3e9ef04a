#include "api/status_parts.h"

#include "api/answer.h"
#include "base/uri.h"

#include <array>
#include <utility>
#include <vector>

namespace api {
namespace {

std::string names_of(int bits) {
    using namespace db::quote_policy;
    constexpr std::array<std::pair<int, std::string_view>, 3> names{
        {{automatic_public, "public"},
         {automatic_followers, "followers"},
         {automatic_following, "following"}}};
    std::vector<std::string> listed;
    for (const auto& [bit, name] : names) {
        if ((bits & bit) != 0) listed.push_back('"' + std::string(name) + '"');
    }
    return array_text(listed);
}

} // namespace

Json card_entity(const media::Links& links, const Json& card, const Json& author) {
    if (!card.is_object() || !card.contains("title")) return nullptr;
    const auto text = [&](const char* name) { return card.value(name, ""); };
    const auto text_or_null = [&](const char* name) {
        return text(name).empty() ? Json() : Json(text(name));
    };
    const auto url = text("url");
    const auto provider = text("provider_name").empty() ? host_of(url) : text("provider_name");
    const auto image = links.card_url(text("image"));
    Json authors = Json::array();
    if (author.is_object()) {
        authors.push_back(
            {{"name", author.at("display_name")}, {"url", author.at("url")}, {"account", author}});
    } else if (!text("author_name").empty()) {
        authors.push_back(
            {{"name", text("author_name")}, {"url", text("author_url")}, {"account", nullptr}});
    }
    return {{"url", url},
            {"title", text("title")},
            {"description", text("description")},
            {"language", text_or_null("language")},
            {"type", "link"},
            {"author_name", text("author_name")},
            {"author_url", text("author_url")},
            {"authors", std::move(authors)},
            {"provider_name", provider},
            {"provider_url", text("provider_url")},
            {"html", ""},
            {"width", card.value("image_width", 0)},
            {"height", card.value("image_height", 0)},
            {"image", image.empty() ? Json() : Json(image)},
            {"image_description", text("image_description")},
            {"embed_url", ""},
            {"blurhash", text_or_null("blurhash")},
            {"published_at", text_or_null("published_at")},
            {"missing_attribution", nullptr}};
}

std::string quote_approval_text(const db::StatusHead& head) {
    std::string text = "{}";
    add_member(text, "automatic", names_of(head.quote_policy));
    add_member(text, "manual", names_of(head.quote_policy / db::quote_policy::manual_public));
    add_member(text, "current_user", '"' + head.quote_answer + '"');
    return text;
}

} // namespace api
