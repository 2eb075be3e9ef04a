#include "moderation/advisory_lists.h"

#include "base/crypto.h"
#include "base/uri.h"
#include "db/audit_log.h"
#include "db/instance_values.h"
#include "db/registers.h"
#include "moderation/advice.h"
#include "moderation/list_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace moderation {
namespace {

constexpr std::size_t longest_name = 60;

Error unprocessable(std::string detail, std::string shown) {
    return {Error::Kind::Unprocessable, std::move(detail), std::move(shown)};
}

Error no_reason() {
    return unprocessable("no reason", "Say why; it is kept in the record.");
}

Error no_list() {
    return {Error::Kind::NotFound, "no such list", "There is no list of that name."};
}

/// Whether an entry of that name speaks of the host.
bool means(const std::string& subject, std::string_view host) {
    const auto names = names_of(host);
    return std::ranges::find(names, subject) != names.end();
}

void record(db::Tx& tx, std::string name, std::string_view subject, const Act& act, Json details) {
    db::audit_log::insert(tx,
                          {.at = act.now,
                           .actor = act.by,
                           .act = std::move(name),
                           .subject = std::string(subject),
                           .filter = "advisories",
                           .reason = act.reason,
                           .details = std::move(details)});
}

} // namespace

bool is_list_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

Result<ImportedList> import_list(db::Tx& tx,
                                 const Instance& instance,
                                 const NewList& list,
                                 const Act& act) {
    if (!is_list_name(list.name))
        return unprocessable("list name",
                             "A list's name has small letters, digits, dots and hyphens, at most "
                             "60.");
    if (list.kind != "host" && list.kind != "link-host")
        return unprocessable("list kind", "A list is about \"host\" or \"link-host\".");
    auto file = parse_list_file(list.text);
    if (!file) return file.error();
    ImportedList imported{.without_effect = file->without_effect,
                          .unreadable = std::move(file->unreadable)};
    std::vector<db::Advisory> entries;
    for (auto& host : file->hosts) {
        if (means(host.host, instance.host) || means(host.host, instance.handle_host)) {
            imported.ours.push_back(host.host);
            continue;
        }
        entries.push_back({.kind = list.kind,
                           .subject = std::move(host.host),
                           .severity = std::move(host.severity),
                           .reason = std::move(host.reason)});
    }
    imported.drafts = entries.size();
    if (entries.empty())
        return unprocessable("nothing in the list", "The file has nothing that could be taken in.");
    const auto digest = crypto::hex(crypto::sha256(list.text));
    const auto id = db::advisories::insert_list(tx,
                                                {.name = list.name,
                                                 .origin = file->form + " sha256:" + digest,
                                                 .created_by = act.by,
                                                 .created_at = act.now});
    if (!id) return unprocessable("list exists", "There is a list of that name.");
    db::advisories::insert(tx, *id, entries);
    record(tx,
           "list.import",
           list.name,
           act,
           {{"sha256", digest}, {"kind", list.kind}, {"drafts", imported.drafts}});
    return imported;
}

Result<std::vector<Touched>> review_list(db::Tx& tx, std::string_view name) {
    const auto list = db::advisories::find_list(tx, name);
    if (!list) return no_list();
    std::vector<Touched> touched;
    for (auto& entry : db::advisories::list(tx, list->id))
        touched.push_back({.entry = std::move(entry)});
    const auto of = [&](std::string_view host) {
        std::vector<Touched*> found;
        // Sorted by subject: each of the few names is looked up, not the whole list.
        for (const auto& wanted : names_of(host)) {
            const auto at = std::ranges::lower_bound(
                touched, wanted, {}, [](const Touched& one) -> const std::string& {
                    return one.entry.subject;
                });
            if (at != touched.end() && at->entry.subject == wanted) found.push_back(&*at);
        }
        return found;
    };
    std::ranges::sort(touched, {}, [](const Touched& one) -> const std::string& {
        return one.entry.subject; // By bytes, whatever the database's collation is.
    });
    for (const auto& follows : db::advisories::count_follows(tx)) {
        for (auto* one : of(follows.host)) {
            one->follows += follows.follows;
            one->members += follows.members;
        }
    }
    for (const auto& [host, level] : db::peers::list_levels(tx))
        for (auto* one : of(host))
            one->level = std::max(one->level.value_or(level), level);
    return touched;
}

Result<Approved> approve_list(db::Tx& tx,
                              std::string_view name,
                              std::string_view host,
                              const Act& act) {
    if (act.reason.empty()) return no_reason();
    const auto list = db::advisories::find_list(tx, name);
    if (!list) return no_list();
    const auto review = review_list(tx, name);
    if (!review) return review.error();
    Approved approved;
    std::vector<std::string> subjects;
    for (const auto& one : *review) {
        if (one.entry.in_force || (!host.empty() && one.entry.subject != host)) continue;
        auto& to = host.empty() && one.is_about_friend() ? approved.waits : subjects;
        to.push_back(one.entry.subject);
    }
    if (!host.empty() && subjects.empty())
        return Error{
            Error::Kind::NotFound, "no such draft", "The list has no draft about that host."};
    approved.in_force = db::advisories::approve(tx, list->id, subjects);
    record(tx,
           "list.approve",
           name,
           act,
           {{"host", std::string(host)},
            {"in_force", approved.in_force},
            {"left", approved.waits.size()}});
    return approved;
}

Result<Done> withdraw_list(db::Tx& tx, std::string_view name, const Act& act) {
    if (act.reason.empty()) return no_reason();
    const auto list = db::advisories::find_list(tx, name);
    if (!list) return no_list();
    if (db::registers::has_list(tx, list->id))
        return unprocessable("list of a register", "That is a register: unfollow it instead.");
    db::advisories::remove_list(tx, list->id);
    record(tx,
           "list.withdraw",
           name,
           act,
           {{"origin", list->origin}, {"drafts", list->drafts}, {"in_force", list->in_force}});
    return Done{};
}

Result<Done> except_host(db::Tx& tx, std::string_view host, bool excepted, const Act& act) {
    if (act.reason.empty()) return no_reason();
    const auto canonical = parse_authority(host);
    if (!canonical) return unprocessable(canonical.error().detail, "That is no name of a host.");
    if (excepted) {
        db::advisories::put_exception(tx,
                                      {.host = *canonical,
                                       .reason = act.reason,
                                       .created_by = act.by,
                                       .created_at = act.now});
    } else if (!db::advisories::remove_exception(tx, *canonical)) {
        return Error{Error::Kind::NotFound, "no exception", "There is no exception for that host."};
    }
    record(tx, excepted ? "list.except" : "list.unexcept", *canonical, act, Json::object());
    return Done{};
}

Result<Done> set_advice_threshold(db::Tx& tx, std::size_t threshold, const Act& act) {
    if (act.reason.empty()) return no_reason();
    if (threshold < 1 || threshold > most_lists_to_agree)
        return unprocessable("threshold",
                             fmt::format("From 1 to {} lists can agree.", most_lists_to_agree));
    const auto before = advice_threshold(tx);
    db::instance_values::set(tx, advice_threshold_name, std::to_string(threshold));
    record(tx, "list.threshold", "lists", act, {{"before", before}, {"after", threshold}});
    return Done{};
}

} // namespace moderation
