#include "api/audience_choice.h"

#include "api/answer.h"
#include "base/text.h"

#include <algorithm>
#include <optional>
#include <string>

namespace api {
namespace {

Error no_such_audience() {
    return unprocessable("Validation failed: Audience is not included in the list");
}

/// "!outside-region" or "!circle Reading week" as the first line of a text.
struct Mark {
    std::string word{};
    std::string rest{}; ///< After the word: the name of a circle.
    std::string text{}; ///< What follows the line.
};

bool is_word(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

/// Nothing for lines that are ordinary text: "!!", "!Important", "!important: ...".
std::optional<Mark> find_mark(std::string_view text) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = trim(text.substr(0, end));
    if (line.empty() || line.front() != '!') return std::nullopt;
    line.remove_prefix(1);
    const auto space = std::min(line.find(' '), line.size());
    Mark mark{.word = std::string(line.substr(0, space)),
              .rest = std::string(trim(line.substr(space)))};
    if (!is_word(mark.word)) return std::nullopt;
    if (mark.word != "circle" && !mark.rest.empty()) return std::nullopt;
    mark.text = std::string(trim(text.substr(end)));
    return mark;
}

std::optional<outbox::AudienceChoice> circle_named(db::Tx& tx,
                                                   AccountId owner,
                                                   std::string_view title) {
    for (const auto& list : db::lists::list(tx, owner)) {
        if (list.title == title)
            return outbox::AudienceChoice{.kind = db::AudienceKind::Circle, .circle = list.id};
    }
    return std::nullopt;
}

Result<Done> take_mark(db::Tx& tx, AccountId member, Mark mark, outbox::Draft& draft) {
    draft.text = std::move(mark.text);
    if (mark.word == "local") {
        draft.local_only = true;
        return Done{};
    }
    if (mark.word == "circle") {
        draft.audience = circle_named(tx, member, mark.rest);
        if (!draft.audience)
            return unprocessable("Validation failed: You have no list of this name");
        return Done{};
    }
    if (!is_plain_audience(mark.word)) return no_such_audience();
    draft.audience = outbox::AudienceChoice{.kind = *db::parse_audience(mark.word)};
    return Done{};
}

} // namespace

bool is_plain_audience(std::string_view text) {
    const auto kind = db::parse_audience(text);
    return kind && *kind != db::AudienceKind::Circle;
}

Result<Done> choose_audience(db::Tx& tx,
                             const http::Call& call,
                             const Preferences& preferences,
                             outbox::Draft& draft) {
    if (const auto named = call.form.maybe_text("audience")) {
        if (named->empty()) return Done{};
        const auto kind = db::parse_audience(*named);
        if (!kind) return no_such_audience();
        draft.audience = outbox::AudienceChoice{
            .kind = *kind, .circle = db::ListId{parse_id(call.form.text("circle_id")).value_or(0)}};
        return Done{};
    }
    if (auto mark = find_mark(draft.text)) return take_mark(tx, call.me(), std::move(*mark), draft);
    const bool is_for_followers = draft.visibility == db::Visibility::Private;
    if (is_for_followers && !draft.in_reply_to && is_plain_audience(preferences.audience))
        draft.audience = outbox::AudienceChoice{.kind = *db::parse_audience(preferences.audience)};
    return Done{};
}

} // namespace api
