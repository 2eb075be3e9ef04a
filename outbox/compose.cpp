#include "outbox/compose.h"

#include "base/text.h"
#include "db/mentions.h"
#include "db/tag_rules.h"
#include "db/tags.h"
#include "outbox/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

Handle handle_of(const db::Account& account) {
    return {account.username, account.domain};
}

} // namespace

Result<Done> check_text(std::string_view text, std::string_view spoiler_text, bool has_more) {
    if (!is_valid_utf8(text) || !is_valid_utf8(spoiler_text)) {
        return unprocessable("Validation failed: Text is not valid UTF-8");
    }
    if (trim(text).empty() && !has_more) {
        return unprocessable("Validation failed: Text can't be blank");
    }
    // Bytes first: what is far too long is not even counted.
    const std::size_t most_bytes = 64 * max_characters;
    if (text.size() > most_bytes || spoiler_text.size() > most_bytes ||
        count_characters(text) + count_code_points(spoiler_text) > max_characters) {
        return unprocessable(
            fmt::format("Validation failed: Text character limit of {} exceeded", max_characters));
    }
    return Done{};
}

Result<Done> check_poll(const PollDraft& poll) {
    if (poll.options.size() < 2 || poll.options.size() > max_poll_options) {
        return unprocessable(
            fmt::format("Validation failed: A poll has 2 to {} choices", max_poll_options));
    }
    std::unordered_set<std::string> seen;
    for (const std::string& option : poll.options) {
        const std::string text(trim(option));
        if (text.empty() || !is_valid_utf8(text) ||
            count_code_points(text) > max_poll_option_characters) {
            return unprocessable(fmt::format("Validation failed: A choice has 1 to {} characters",
                                             max_poll_option_characters));
        }
        if (!seen.insert(text).second) {
            return unprocessable("Validation failed: Two choices are alike");
        }
    }
    if (poll.expires_in < min_poll_time || poll.expires_in > max_poll_time) {
        return unprocessable("Validation failed: A poll runs from 5 minutes to 30 days");
    }
    return Done{};
}

std::vector<db::Account> find_mentioned(db::Tx& tx,
                                        const Instance& instance,
                                        std::string_view text) {
    std::vector<db::Account> people;
    for (const Handle& handle : find_mentions(text)) {
        const bool is_ours = handle.host == instance.handle_host || handle.host == instance.host;
        auto account = db::accounts::find_by_handle(tx, handle.user, is_ours ? "" : handle.host);
        if (!account || !account->is_visible() || account->is_server_actor) continue;
        // "@bob" and "@bob@maple.test" are one.
        const bool is_known = std::ranges::any_of(
            people, [&](const db::Account& other) { return other.id == account->id; });
        if (!is_known) people.push_back(std::move(*account));
    }
    return people;
}

std::string format_text(const Instance& instance,
                        std::string_view text,
                        const std::vector<db::Account>& mentioned) {
    std::vector<Named> known;
    for (const db::Account& account : mentioned) {
        known.push_back({handle_of(account), account.uri, account.url});
        if (!account.is_local()) continue;
        known.push_back({{account.username, instance.handle_host}, account.uri, account.url});
        known.push_back({{account.username, instance.host}, account.uri, account.url});
    }
    return format_html(instance, text, known);
}

Result<Done> check_hashtags(db::Tx& tx, std::string_view text) {
    std::vector<std::string> names;
    for (const std::string& display : find_hashtags(text))
        names.push_back(fold(display));
    if (names.empty()) return Done{};
    const auto unusable = db::tag_rules::unusable_among(tx, names);
    if (unusable.empty()) return Done{};
    return unprocessable(fmt::format("Validation failed: Text contained a disallowed hashtag: {}",
                                     unusable.front()));
}

void write_hashtags(db::Tx& tx, StatusId status, std::string_view text) {
    const auto displays = find_hashtags(text);
    std::vector<std::string> names;
    for (const std::string& display : displays)
        names.push_back(fold(display));
    if (!names.empty()) {
        db::tags::ensure(tx, names, displays);
        db::tags::attach(tx, status, names);
    }
    db::tags::detach_others(tx, status, names);
}

statuses::Addressing addressing_of(db::Tx& tx,
                                   const db::Status& status,
                                   const db::Account& author) {
    std::vector<AccountId> ids;
    for (const db::Mention& mention : db::mentions::list(tx, status.id))
        ids.push_back(mention.account);
    std::vector<std::string> uris;
    for (const db::Account& account : db::accounts::find_all(tx, ids))
        uris.push_back(account.uri);
    std::ranges::sort(uris);
    return statuses::address(status.visibility, author.followers_uri, uris);
}

} // namespace outbox
