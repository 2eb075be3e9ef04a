#include "app/commands.h"
#include "base/time.h"
#include "db/announcements.h"
#include "db/audit_log.h"
#include "db/events.h"
#include "outbox/format.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

struct Draft {
    std::string text;
    std::string starts_at;
    std::string ends_at;
    bool all_day = false;
};

void audit(db::Tx& tx, std::string_view act, db::AnnouncementId id) {
    db::audit_log::insert(tx,
                          {.actor = "command line",
                           .act = std::string(act),
                           .subject = "announcement " + to_string(id)});
}

/// "" is none; a day alone begins at midnight UTC. Throws CommandFailed.
std::optional<Time> time_of(const std::string& text) {
    if (text.empty()) return std::nullopt;
    constexpr std::size_t day_length = 10;
    const auto time = parse_iso8601(text.size() == day_length ? text + "T00:00:00Z" : text);
    if (!time)
        throw CommandFailed(
            fmt::format("\"{}\" is no time: 2026-09-01 or 2026-09-01T08:00:00Z", text));
    return time;
}

void add(const Start& start, const Draft& draft) {
    const auto starts_at = time_of(draft.starts_at);
    const auto ends_at = time_of(draft.ends_at);
    if (starts_at && ends_at && *ends_at < *starts_at)
        throw CommandFailed("it would end before it starts");
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto id =
        db::announcements::insert(tx,
                                  {.text = draft.text,
                                   .content = outbox::format_html(context.instance, draft.text, {}),
                                   .all_day = draft.all_day,
                                   .starts_at = starts_at,
                                   .ends_at = ends_at,
                                   .published_at = system_now()});
    db::events::add(tx, {.kind = db::EventKind::Announcement, .id = id.value});
    audit(tx, "announcement.add", id);
    tx.commit();
    fmt::print("{} is announced.\n", to_string(id));
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto announcements = db::announcements::list_all(tx);
    if (announcements.empty()) fmt::print("Nothing is announced.\n");
    for (const auto& announcement : announcements) {
        fmt::print("{}  {}{}\n    {}\n",
                   to_string(announcement.id),
                   format_iso8601(announcement.published_at),
                   announcement.ends_at ? " until " + format_iso8601(*announcement.ends_at) : "",
                   announcement.text);
    }
}

void remove(const Start& start, const std::string& id) {
    const auto number = parse_id(id);
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    if (!number || !db::announcements::remove(tx, {*number})) {
        throw CommandFailed(fmt::format(
            "there is no announcement {}; `staffroom announcement list` shows them", id));
    }
    db::events::add(tx, {.kind = db::EventKind::AnnouncementDeletion, .id = *number});
    audit(tx, "announcement.remove", {*number});
    tx.commit();
    fmt::print("{} is gone.\n", id);
}

} // namespace

void add_announcement(CLI::App& line, const Start& start) {
    auto* announcement = line.add_subcommand("announcement", "what the house tells all its members")
                             ->require_subcommand(1);
    auto draft = std::make_shared<Draft>();
    auto* adding = announcement->add_subcommand("add", "shown in every member's app");
    adding->add_option("text", draft->text)->required();
    adding->add_option(
        "--starts-at", draft->starts_at, "of what it is about; a day or a time (UTC)");
    adding->add_option("--ends-at", draft->ends_at, "not shown after it");
    adding->add_flag("--all-day", draft->all_day, "of both times the days count");
    adding->callback([&start, draft] { add(start, *draft); });
    announcement->add_subcommand("list", "also those that ended")->callback([&start] {
        list(start);
    });
    auto id = std::make_shared<std::string>();
    auto* removing = announcement->add_subcommand("remove", "take it back");
    removing->add_option("id", *id)->required();
    removing->callback([&start, id] { remove(start, *id); });
}

} // namespace app
