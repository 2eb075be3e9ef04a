#include "outbox/records.h"

#include "base/crypto.h"
#include "base/text.h"
#include "db/statuses.h"
#include "outbox/approvals.h"
#include "outbox/break_glass.h"
#include "outbox/moderate.h"
#include "outbox/remove.h"
#include "outbox/two_people.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace outbox {
namespace {

constexpr std::array<std::string_view, 4> kinds{"public", "official", "group-record", "private"};
constexpr std::size_t longest_matter = 200;
constexpr std::size_t longest_words = 200;
constexpr auto export_kind = "records.export";

const Error not_theirs{Error::Kind::NotFound, "no owner or records officer"};

Error unprocessable(std::string shown) {
    return {Error::Kind::Unprocessable, "records: " + shown, shown};
}

bool is_officer(db::Tx& tx, const Acting& acting) {
    return find_glass_officer(tx, acting.account).has_value();
}

Result<db::Account> find_member(db::Tx& tx, AccountId id) {
    auto account = id ? db::accounts::find(tx, id) : std::nullopt;
    if (!account || !account->is_local() || account->is_server_actor)
        return unprocessable("There is no member of that name.");
    return std::move(*account);
}

std::string time_or_empty(const std::optional<Time>& at) {
    return at ? format_iso8601(*at) : "";
}

Json write_search(const db::records::RecordSearch& search) {
    return {{"account", search.account ? to_string(search.account) : ""},
            {"words", search.words},
            {"kind", search.kind},
            {"since", time_or_empty(search.since)},
            {"until", time_or_empty(search.until)}};
}

db::records::RecordSearch read_search(const Json& details) {
    return {.account = AccountId{parse_id(details.value("account", "")).value_or(0)},
            .words = details.value("words", ""),
            .kind = details.value("kind", ""),
            .since = parse_iso8601(details.value("since", "")),
            .until = parse_iso8601(details.value("until", ""))};
}

/// "posts of @ada, with "bus", official, 2026-01-01 to 2026-02-01".
std::string describe(db::Tx& tx, const db::records::RecordSearch& search) {
    const auto account = search.account ? db::accounts::find(tx, search.account) : std::nullopt;
    std::string text = account ? "posts of @" + account->username : "posts of everybody";
    if (!search.kind.empty()) text += ", " + search.kind;
    if (!search.words.empty()) text += ", with \"" + search.words + "\"";
    if (search.since) text += ", from " + format_date(*search.since);
    if (search.until) text += ", before " + format_date(*search.until);
    return text;
}

Result<Done> check_search(const db::records::RecordSearch& search) {
    if (count_code_points(search.words) > longest_words)
        return unprocessable("That is too long to look for.");
    if (!search.account && search.words.empty() && !search.since && search.kind.empty())
        return unprocessable("Say whose posts, which words, which kind or from which day.");
    return Done{};
}

std::string record_line(const db::RecordPost& post, const std::string& author) {
    return dump_json({{"uri", post.uri},
                      {"author", author},
                      {"kind", post.kind},
                      {"published", format_iso8601(post.created_at)},
                      {"edited", time_or_empty(post.edited_at)},
                      {"deleted", time_or_empty(post.deleted_at)},
                      {"warning", post.spoiler_text},
                      {"content", post.content},
                      {"versions", post.versions},
                      {"object", post.document},
                      {"sha256", hash_of(post)}}) +
           "\n";
}

} // namespace

Result<Done> set_retention(db::Tx& tx,
                           const Acting& acting,
                           std::string_view kind,
                           std::optional<int> days) {
    if (!is_officer(tx, acting)) return not_theirs;
    if (std::ranges::find(kinds, kind) == kinds.end())
        return unprocessable("There is no such kind of post.");
    if (days && (*days < least_retention_days || *days > most_retention_days))
        return unprocessable(fmt::format(
            "Posts are kept for {} to {} days.", least_retention_days, most_retention_days));
    const auto me = db::accounts::find(tx, acting.account);
    if (days)
        db::records::set_rule(tx,
                              {.kind = std::string(kind),
                               .days = *days,
                               .set_by = me ? me->uri : "",
                               .set_at = acting.now});
    else if (!db::records::remove_rule(tx, kind))
        return Done{};
    audit(tx, acting, "retention.set", kind, "", {{"days", days ? Json(*days) : Json("for good")}});
    return Done{};
}

int delete_past(db::Tx& tx, Time now, int most) {
    int deleted = 0;
    for (const auto& rule : db::records::list_rules(tx)) {
        const auto before = now - std::chrono::hours{24} * rule.days;
        for (const auto id : db::records::list_past(tx, rule.kind, before, most - deleted)) {
            const auto status = db::statuses::find(tx, id);
            const auto author = status ? db::accounts::find(tx, status->author) : std::nullopt;
            if (!author) continue;
            remove_post(tx, *author, *status, now);
            ++deleted;
        }
        if (deleted >= most) break;
    }
    db::records::remove_released(tx);
    return deleted;
}

Result<Done> set_legal_hold(db::Tx& tx, const Acting& acting, const HoldDraft& draft) {
    if (!is_officer(tx, acting)) return not_theirs;
    const auto member = find_member(tx, draft.account);
    if (!member) return member.error();
    auto matter = clean_text(draft.matter, longest_matter);
    if (matter.empty()) return unprocessable("Name the matter, such as the number of a case.");
    auto reason = checked_reason(draft.reason);
    if (!reason) return reason.error();
    const auto me = db::accounts::find(tx, acting.account);
    const auto id = db::records::insert_hold(tx,
                                             {.account = member->id,
                                              .matter = matter,
                                              .reason = *reason,
                                              .set_by = me ? me->uri : "",
                                              .set_at = acting.now});
    audit(tx,
          acting,
          "hold.set",
          member->uri,
          *reason,
          {{"hold", to_string(id)}, {"matter", matter}});
    return Done{};
}

Result<Done> lift_legal_hold(db::Tx& tx,
                             const Acting& acting,
                             db::LegalHoldId id,
                             std::string_view reason) {
    if (!is_officer(tx, acting)) return not_theirs;
    const auto hold = db::records::find_hold(tx, id);
    if (!hold || hold->account == acting.account) return not_theirs;
    const auto checked = checked_reason(reason);
    if (!checked) return checked.error();
    const auto me = db::accounts::find(tx, acting.account);
    if (!db::records::lift_hold(tx, id, me ? me->uri : "", acting.now))
        return unprocessable("It was lifted before.");
    const auto member = db::accounts::find(tx, hold->account);
    audit(tx,
          acting,
          "hold.lift",
          member ? member->uri : to_string(hold->account),
          *checked,
          {{"hold", to_string(id)}, {"matter", hold->matter}});
    return Done{};
}

Result<Done> mark_official(db::Tx& tx, const Acting& acting, AccountId account, bool is_official) {
    if (!is_officer(tx, acting)) return not_theirs;
    const auto member = find_member(tx, account);
    if (!member) return member.error();
    const auto me = db::accounts::find(tx, acting.account);
    const bool changed =
        is_official ? db::records::set_official(tx, {account, me ? me->uri : "", acting.now})
                    : db::records::unset_official(tx, account);
    if (changed) audit(tx, acting, is_official ? "official.mark" : "official.unmark", member->uri);
    return Done{};
}

Result<std::vector<db::RecordPost>> search_records(db::Tx& tx,
                                                   const Acting& acting,
                                                   const db::records::RecordSearch& search) {
    if (!is_officer(tx, acting)) return not_theirs;
    if (const auto checked = check_search(search); !checked) return checked.error();
    auto posts = db::records::search(tx, search);
    audit(tx, acting, "records.search", describe(tx, search), "", {{"posts", posts.size()}});
    return posts;
}

Result<db::ApprovalId> ask_export(db::Tx& tx,
                                  const Acting& acting,
                                  const db::records::RecordSearch& search,
                                  std::string_view reason) {
    if (!is_officer(tx, acting)) return not_theirs;
    if (const auto checked = check_search(search); !checked) return checked.error();
    return ask_approval(tx,
                        acting,
                        {.kind = export_kind,
                         .subject = describe(tx, search),
                         .details = write_search(search),
                         .reason = reason});
}

Result<std::string> export_records(db::Tx& tx, const Acting& acting, db::ApprovalId id) {
    const auto grant = find_grant(tx, acting, export_kind, id);
    if (!grant) return grant.error();
    auto search = read_search(grant->details);
    // What was approved is what was there when it was asked for.
    if (!search.until || *search.until > grant->asked_at) search.until = grant->asked_at;
    search.most = most_exported + 1;
    auto posts = db::records::search(tx, search);
    const bool is_cut = posts.size() > most_exported;
    if (is_cut) posts.resize(most_exported);
    std::string file;
    for (const auto& post : posts) {
        const auto author = db::accounts::find(tx, post.account);
        file += record_line(post, author ? author->uri : "");
    }
    const auto hash = crypto::hex(crypto::sha256(file));
    file += dump_json({{"manifest",
                        {{"request", to_string(id)},
                         {"what", grant->subject},
                         {"reason", grant->reason},
                         {"made", format_iso8601(acting.now)},
                         {"posts", posts.size()},
                         {"is_cut", is_cut},
                         {"sha256", hash}}}}) +
            "\n";
    audit(tx,
          acting,
          "records.export",
          grant->subject,
          grant->reason,
          {{"request", to_string(id)}, {"posts", posts.size()}, {"sha256", hash}});
    return file;
}

std::string hash_of(const db::RecordPost& post) {
    return crypto::hex(crypto::sha256(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
                                                  post.uri,
                                                  post.kind,
                                                  format_iso8601(post.created_at),
                                                  time_or_empty(post.edited_at),
                                                  time_or_empty(post.deleted_at),
                                                  post.spoiler_text,
                                                  post.content)));
}

} // namespace outbox
