#include "api/render.h"

#include "api/answer.h"
#include "api/entities.h"
#include "api/filters.h"
#include "api/status_parts.h"
#include "db/account_pictures.h"
#include "db/media_attachments.h"
#include "db/status_views.h"

#include <unordered_map>
#include <utility>

namespace api {
namespace {

using Text = TextCache<StatusId>::Text;

/// One text that is needed, by the version of the rows it is made from.
template <typename IdType>
struct Wanted {
    IdType id{};
    std::int64_t version = 0;
    StatusId boosted{}; ///< Of a boost.
};

// xmin is a 32-bit number, so two of them make one version.
std::int64_t version_of_boost(const db::StatusHead& head) {
    return (head.version << 32) ^ head.shown_version;
}

template <typename View>
std::unordered_map<StatusId, std::vector<View>> by_status(std::vector<View> views) {
    std::unordered_map<StatusId, std::vector<View>> grouped;
    for (auto& view : views)
        grouped[view.status].push_back(std::move(view));
    return grouped;
}

/// What members say of their own pictures.
std::unordered_map<AccountId, PictureDescriptions> picture_descriptions(
    db::Tx& tx, const std::vector<db::Account>& accounts) {
    std::vector<AccountId> ours;
    for (const auto& account : accounts) {
        const bool has_picture = !account.avatar_url.empty() || !account.header_url.empty();
        if (account.is_local() && has_picture) ours.push_back(account.id);
    }
    std::unordered_map<AccountId, PictureDescriptions> descriptions;
    if (ours.empty()) return descriptions;
    for (const auto& picture : db::account_pictures::list_all(tx, ours)) {
        auto& both = descriptions[picture.account];
        (picture.kind == "avatar" ? both.avatar : both.header) = picture.description;
    }
    return descriptions;
}

/// Makes the texts of one page for one reader.
class Page {
  public:
    Page(const Api& api, db::Tx& tx, AccountId reader)
        : api_(api), tx_(tx), reader_(reader), now_(api.now()) {}

    std::vector<StatusText> render(const std::vector<StatusId>& ids) {
        return render(ids, db::status_views::heads(tx_, ids, reader_), Depth::Whole);
    }

    std::vector<StatusText> render_visible(const std::vector<StatusId>& ids) {
        return render(ids, db::status_views::visible_heads(tx_, ids, reader_), Depth::Whole);
    }

    std::unordered_map<AccountId, std::string> accounts(const std::vector<AccountId>& ids) {
        return make_accounts(ids);
    }

  private:
    /// A quoted post names what it quotes itself, but does not show it.
    enum class Depth { Whole, Quoted };

    std::vector<StatusText> render(const std::vector<StatusId>& ids,
                                   const std::vector<db::StatusHead>& heads,
                                   Depth depth) {
        const auto statuses = status_texts(heads);
        const auto accounts = account_texts_of(heads);
        const auto polls = poll_texts(heads);
        const auto quotes = quote_texts(heads, depth);
        const auto filtered = filtered_texts(heads, statuses, polls);

        std::unordered_map<StatusId, std::string> made;
        for (const auto& head : heads) {
            // A row that went away between two statements.
            if (!statuses.contains(head.shown) || !statuses.contains(head.id)) continue;
            if (!accounts.contains(head.shown_author) || !accounts.contains(head.author)) continue;
            auto text = *statuses.at(head.shown);
            const auto poll = polls.find(head.poll);
            add_member(text, "account", *accounts.at(head.shown_author));
            add_member(text, "poll", poll == polls.end() ? "null" : poll->second);
            const auto quote = quotes.find(head.shown);
            add_member(text, "quote", quote == quotes.end() ? "null" : quote->second);
            add_member(text, "reblog", "null");
            const auto matches = filtered.find(head.shown);
            const auto& matching = matches == filtered.end() ? no_matches : matches->second;
            add_flags(text, head);
            add_member(text, "filtered", matching);
            if (head.reblog_of) {
                auto boost = *statuses.at(head.id);
                add_member(boost, "account", *accounts.at(head.author));
                add_member(boost, "poll", "null");
                add_member(boost, "quote", "null");
                add_member(boost, "reblog", text);
                add_flags(boost, head);
                add_member(boost, "filtered", matching);
                text = std::move(boost);
            }
            made.emplace(head.id, std::move(text));
        }
        std::vector<StatusText> ordered;
        ordered.reserve(ids.size());
        for (const auto id : ids) {
            const auto found = made.find(id);
            if (found != made.end()) ordered.push_back({.id = id, .text = found->second});
        }
        return ordered;
    }

    /// What of the reader's filters matches, by the status that is shown; nothing for most readers,
    /// who have no filters.
    std::unordered_map<StatusId, std::string> filtered_texts(
        const std::vector<db::StatusHead>& heads,
        const std::unordered_map<StatusId, Text>& statuses,
        const std::unordered_map<PollId, std::string>& polls) {
        std::unordered_map<StatusId, std::string> texts;
        if (heads.empty() || !heads.front().reader_filters) return texts;
        if (!filters_) filters_.emplace(db::filters::list(tx_, reader_), now_);
        for (const auto& head : heads) {
            const auto status = statuses.find(head.shown);
            if (status == statuses.end() || texts.contains(head.shown)) continue;
            auto written = api_.searchable_texts.find(head.shown, head.shown_version, now_);
            if (!written) {
                const auto poll = polls.find(head.poll);
                written = api_.searchable_texts.put(
                    head.shown,
                    head.shown_version,
                    now_,
                    searchable_text(*status->second, poll == polls.end() ? "" : poll->second));
            }
            texts.emplace(head.shown, filters_->match(head.shown, *written));
        }
        return texts;
    }

    void add_flags(std::string& text, const db::StatusHead& head) const {
        const auto word = [](bool flag) { return flag ? "true" : "false"; };
        add_member(text, "quotes_count", std::to_string(head.quotes_count));
        add_member(text, "quote_approval", quote_approval_text(head));
        add_member(text, "favourited", word(head.favourited));
        add_member(text, "reblogged", word(head.reblogged));
        add_member(text, "bookmarked", word(head.bookmarked));
        add_member(text, "muted", word(head.muted));
        if (head.author == reader_ && !head.reblog_of)
            add_member(text, "pinned", word(head.pinned));
    }

    std::unordered_map<StatusId, Text> status_texts(const std::vector<db::StatusHead>& heads) {
        std::unordered_map<StatusId, Text> texts;
        std::vector<Wanted<StatusId>> missing;
        const auto want = [&](const Wanted<StatusId>& wanted) {
            auto [place, is_new] = texts.try_emplace(wanted.id);
            if (!is_new) return;
            place->second = api_.status_texts.find(wanted.id, wanted.version, now_);
            if (!place->second) missing.push_back(wanted);
        };
        for (const auto& head : heads) {
            want({.id = head.shown, .version = head.shown_version});
            if (head.reblog_of) {
                want({.id = head.id, .version = version_of_boost(head), .boosted = head.shown});
            }
        }
        if (!missing.empty()) make_statuses(missing, texts);
        std::erase_if(texts, [](const auto& entry) { return !entry.second; });
        return texts;
    }

    void make_statuses(const std::vector<Wanted<StatusId>>& missing,
                       std::unordered_map<StatusId, Text>& texts) {
        std::vector<StatusId> ids;
        for (const auto& wanted : missing) {
            ids.push_back(wanted.id);
            if (wanted.boosted) ids.push_back(wanted.boosted);
        }
        std::unordered_map<StatusId, db::Status> rows;
        for (auto& status : db::statuses::find_all(tx_, ids))
            rows.emplace(status.id, std::move(status));
        auto mentions = by_status(db::status_views::mentions(tx_, ids));
        auto tags = by_status(db::status_views::tags(tx_, ids));
        auto media = by_status(db::media_attachments::list_all(tx_, ids));
        auto apps = by_status(db::status_views::apps(tx_, ids));
        const auto authors = card_authors(rows);
        const auto audiences = audiences_of(rows);
        for (const auto& wanted : missing) {
            const auto row = rows.find(wanted.id);
            const auto boosted = rows.find(wanted.boosted);
            if (row == rows.end()) continue;
            const auto app = apps.find(wanted.id);
            const auto audience = audiences.find(wanted.id);
            const StatusParts parts{
                .mentions = mentions[wanted.id],
                .tags = tags[wanted.id],
                .media = media[wanted.id],
                .app = app == apps.end() ? nullptr : &app->second.front(),
                .boosted = boosted == rows.end() ? nullptr : &boosted->second,
                .audience =
                    audience == audiences.end() ? std::nullopt : std::optional(audience->second),
                .card_author =
                    author_in(authors, boosted == rows.end() ? row->second : boosted->second),
            };
            texts[wanted.id] = api_.status_texts.put(
                wanted.id,
                wanted.version,
                now_,
                dump_json(status_entity(api_.deps.links, row->second, parts)));
        }
    }

    /// Open posts have none, and most pages hold no others.
    std::unordered_map<StatusId, db::Audience> audiences_of(
        const std::unordered_map<StatusId, db::Status>& rows) {
        std::vector<StatusId> ids;
        for (const auto& [id, status] : rows)
            if (!db::is_open(status.visibility)) ids.push_back(id);
        std::unordered_map<StatusId, db::Audience> audiences;
        if (ids.empty()) return audiences;
        for (auto& row : db::audiences::find_all(tx_, ids))
            audiences.emplace(row.status, std::move(row.audience));
        return audiences;
    }

    static AccountId card_author_of(const db::Status& status) {
        if (!status.card.is_object()) return {};
        return {parse_id(status.card.value("author_account", "")).value_or(0)};
    }

    static Json author_in(const std::unordered_map<AccountId, std::string>& authors,
                          const db::Status& status) {
        const auto found = authors.find(card_author_of(status));
        return found == authors.end() ? Json() : Json::parse(found->second);
    }

    /// Those whom the cards of these posts name as authors.
    std::unordered_map<AccountId, std::string> card_authors(
        const std::unordered_map<StatusId, db::Status>& rows) {
        std::vector<AccountId> ids;
        for (const auto& [id, status] : rows) {
            if (const auto author = card_author_of(status)) ids.push_back(author);
        }
        if (ids.empty()) return {};
        return make_accounts(ids);
    }

    std::unordered_map<AccountId, Text> account_texts_of(const std::vector<db::StatusHead>& heads) {
        std::unordered_map<AccountId, Text> texts;
        std::unordered_map<AccountId, std::int64_t> missing;
        const auto want = [&](AccountId id, std::int64_t version) {
            auto [place, is_new] = texts.try_emplace(id);
            if (!is_new) return;
            place->second = api_.account_texts.find(id, version, now_);
            if (!place->second) missing.emplace(id, version);
        };
        for (const auto& head : heads) {
            want(head.author, head.author_version);
            want(head.shown_author, head.shown_author_version);
        }
        if (missing.empty()) return texts;
        std::vector<AccountId> ids;
        for (const auto& [id, version] : missing)
            ids.push_back(id);
        for (auto& [id, text] : make_accounts(ids))
            texts[id] = api_.account_texts.put(id, missing.at(id), now_, std::move(text));
        std::erase_if(texts, [](const auto& entry) { return !entry.second; });
        return texts;
    }

    std::unordered_map<AccountId, std::string> make_accounts(const std::vector<AccountId>& ids) {
        const auto accounts = db::accounts::find_all(tx_, ids);
        std::vector<std::string> moved_to;
        for (const auto& account : accounts) {
            if (!account.moved_to_uri.empty()) moved_to.push_back(account.moved_to_uri);
        }
        std::unordered_map<std::string, db::Account> targets;
        if (!moved_to.empty()) {
            for (auto& target : db::accounts::find_all_by_uri(tx_, moved_to)) {
                if (target.is_visible()) targets.emplace(target.uri, std::move(target));
            }
        }
        const auto descriptions = picture_descriptions(tx_, accounts);
        std::unordered_map<AccountId, std::string> texts;
        for (const auto& account : accounts) {
            const auto target = targets.find(account.moved_to_uri);
            const auto described = descriptions.find(account.id);
            AccountParts parts{.moved_to = target == targets.end() ? nullptr : &target->second};
            if (described != descriptions.end()) parts.descriptions = described->second;
            texts.emplace(account.id, dump_json(account_entity(api_.deps.links, account, parts)));
        }
        return texts;
    }

    std::unordered_map<PollId, std::string> poll_texts(const std::vector<db::StatusHead>& heads) {
        std::vector<PollId> ids;
        for (const auto& head : heads) {
            if (head.poll) ids.push_back(head.poll);
        }
        std::unordered_map<PollId, std::string> texts;
        if (ids.empty()) return texts;
        for (const auto& poll : db::status_views::polls(tx_, ids, reader_))
            texts.emplace(poll.id, dump_json(poll_entity(poll, reader_, now_)));
        return texts;
    }

    /// By the status that quotes.
    std::unordered_map<StatusId, std::string> quote_texts(const std::vector<db::StatusHead>& heads,
                                                          Depth depth) {
        std::unordered_map<StatusId, std::string> texts;
        std::vector<StatusId> accepted;
        for (const auto& head : heads) {
            if (head.quote_state == "accepted" && head.quote) accepted.push_back(head.quote);
        }
        std::unordered_map<StatusId, std::string> quoted;
        if (!accepted.empty()) {
            const auto visible = db::status_views::visible_heads(tx_, accepted, reader_);
            if (depth == Depth::Whole) {
                for (auto& status : render(accepted, visible, Depth::Quoted))
                    quoted.emplace(status.id, std::move(status.text));
            } else {
                for (const auto& head : visible)
                    quoted.emplace(head.id, '"' + to_string(head.id) + '"');
            }
        }
        const std::string_view name = depth == Depth::Whole ? "quoted_status" : "quoted_status_id";
        for (const auto& head : heads) {
            if (head.quote_state.empty()) continue;
            const auto found = quoted.find(head.quote);
            const bool is_shown = head.quote_state == "accepted" && found != quoted.end();
            // What the reader may not see is told apart from what does not exist by nothing.
            const bool is_hidden = head.quote_state == "accepted" && !is_shown;
            std::string text = "{}";
            add_member(text, "state", '"' + (is_hidden ? "unauthorized" : head.quote_state) + '"');
            add_member(text, name, is_shown ? found->second : "null");
            texts.emplace(head.shown, std::move(text));
        }
        return texts;
    }

    const Api& api_;
    db::Tx& tx_;
    AccountId reader_;
    Time now_;
    std::optional<FilterMatcher> filters_{}; ///< Loaded when first needed.
    const std::string no_matches = "[]";
};

} // namespace

std::vector<StatusText> render_statuses(const Api& api,
                                        db::Tx& tx,
                                        const std::vector<StatusId>& ids,
                                        AccountId reader) {
    if (ids.empty()) return {};
    return Page(api, tx, reader).render(ids);
}

std::vector<StatusText> render_visible_statuses(const Api& api,
                                                db::Tx& tx,
                                                const std::vector<StatusId>& ids,
                                                AccountId reader) {
    if (ids.empty()) return {};
    return Page(api, tx, reader).render_visible(ids);
}

std::vector<std::string> render_status_list(const Api& api,
                                            db::Tx& tx,
                                            const std::vector<StatusId>& ids,
                                            AccountId reader) {
    std::vector<std::string> texts;
    for (auto& status : render_statuses(api, tx, ids, reader))
        texts.push_back(std::move(status.text));
    return texts;
}

Result<std::string> render_status(const Api& api, db::Tx& tx, StatusId id, AccountId reader) {
    auto statuses = render_statuses(api, tx, {id}, reader);
    if (statuses.empty()) return not_found("no such status");
    return std::move(statuses.front().text);
}

std::vector<std::string> render_accounts(const Api& api,
                                         db::Tx& tx,
                                         const std::vector<AccountId>& ids) {
    std::vector<std::string> ordered;
    const auto texts = render_account_map(api, tx, ids);
    for (const auto id : ids) {
        const auto found = texts.find(id);
        if (found != texts.end()) ordered.push_back(found->second);
    }
    return ordered;
}

std::unordered_map<AccountId, std::string> render_account_map(const Api& api,
                                                              db::Tx& tx,
                                                              const std::vector<AccountId>& ids) {
    if (ids.empty()) return {};
    return Page(api, tx, {}).accounts(ids);
}

Json render_account(const Api& api, db::Tx& tx, const db::Account& account) {
    std::optional<db::Account> moved_to;
    if (!account.moved_to_uri.empty()) {
        moved_to = db::accounts::find_by_uri(tx, account.moved_to_uri);
        if (moved_to && !moved_to->is_visible()) moved_to.reset();
    }
    auto descriptions = picture_descriptions(tx, {account});
    return account_entity(api.deps.links,
                          account,
                          {.moved_to = moved_to ? &*moved_to : nullptr,
                           .descriptions = std::move(descriptions[account.id])});
}

} // namespace api
