#include "outbox/hard_acts.h"

#include "db/host_rules.h"
#include "db/peers.h"
#include "moderation/policy_comparison.h"
#include "outbox/approvals.h"
#include "outbox/host_rules.h"
#include "outbox/peering.h"

#include <fmt/format.h>

namespace outbox {
namespace {

Error unprocessable(std::string shown) {
    return {Error::Kind::Unprocessable, "hard act: " + shown, shown};
}

/// What the second person reads before they decide.
Json shown_changes(const moderation::CovenantPreview& preview,
                   const moderation::CovenantDraft& draft) {
    Json shown = Json::array();
    for (const auto& change : preview.changes)
        shown.push_back((change.weaker ? "Weaker: " : "") + change.text);
    if (preview.changes_text) shown.push_back("The text for people becomes: " + draft.text);
    return shown;
}

Result<Done> publish(db::Tx& tx, const Acting& acting, const moderation::CovenantDraft& draft) {
    const auto before = moderation::own_policy(tx, acting.instance, acting.now).version;
    const auto done = moderation::change_covenant(tx, acting.instance, draft, acting.now);
    if (!done) return done;
    if (moderation::own_policy(tx, acting.instance, acting.now).version != before)
        announce_policy(tx, acting.instance, acting.now);
    return Done{};
}

std::int64_t count_people(const db::RosterImport& import) {
    return import.counts.value("joined", std::int64_t{0}) +
           import.counts.value("lost", std::int64_t{0});
}

} // namespace

Result<CovenantEnd> write_covenant(db::Tx& tx,
                                   const Acting& acting,
                                   const moderation::CovenantDraft& draft) {
    const auto preview = moderation::preview_covenant(tx, acting.instance, draft, acting.now);
    if (!preview) return preview.error();
    if (!moderation::is_weaker(preview->changes)) {
        if (const auto done = publish(tx, acting, draft); !done) return done.error();
        return CovenantEnd::Published;
    }
    const auto asked = ask_approval(tx,
                                    acting,
                                    {.kind = covenant_kind,
                                     .subject = fmt::format("version {}", preview->standing + 1),
                                     .details = {{"standing", preview->standing},
                                                 {"text", draft.text},
                                                 {"settings", preview->settings},
                                                 {"shown", shown_changes(*preview, draft)}},
                                     .reason = draft.reason});
    if (!asked) return asked.error();
    return CovenantEnd::Asked;
}

Result<Done> publish_weaker(db::Tx& tx, const Acting& asker, const db::Approval& approval) {
    const auto standing = moderation::ensure_covenant(tx, asker.instance, asker.now).version;
    const auto who = db::accounts::find(tx, asker.account);
    // What was compared was another covenant.
    if (standing != approval.details.value("standing", 0) || !who)
        return unprocessable("The covenant was changed meanwhile; it must be asked for again.");
    const db::Covenant drafted{.version = standing, .settings = approval.details.at("settings")};
    return publish(tx,
                   asker,
                   {.text = approval.details.at("text").get<std::string>(),
                    .promises = moderation::promises_of(asker.instance, drafted),
                    .by = who->uri,
                    .reason = approval.reason});
}

Result<db::ApprovalId> ask_to_unblock(db::Tx& tx,
                                      const Acting& acting,
                                      const std::string& host,
                                      std::string_view reason) {
    const auto peer = db::peers::find(tx, host);
    if (!peer || peer->level != db::PeerLevel::Blocked)
        return Error{Error::Kind::NotFound, "not blocked", "It is not blocked."};
    return ask_approval(tx, acting, {.kind = unblock_kind, .subject = host, .reason = reason});
}

Result<Done> end_block_asked(db::Tx& tx, const Acting& asker, const db::Approval& approval) {
    const auto rule = db::host_rules::find_by_host(tx, approval.subject);
    if (!rule || rule->level != db::PeerLevel::Blocked)
        return unprocessable("It is not blocked any more.");
    end_block(tx, asker, *rule, approval.reason);
    return Done{};
}

Result<Done> check_review(db::Tx& tx, std::string_view by, Time now) {
    const auto before = db::roster_imports::count_released(tx, by, now - std::chrono::hours{24});
    if (before < most_released_alone) return Done{};
    return unprocessable(fmt::format("You let {} people in or out within a day. Another roster "
                                     "officer or an owner goes on, or you do tomorrow.",
                                     before));
}

bool needs_second(db::Tx& tx, const db::RosterImport& import, std::string_view by, Time now) {
    const auto before = db::roster_imports::count_released(tx, by, now - std::chrono::hours{24});
    return count_people(import) > 0 && count_people(import) + before > most_released_alone;
}

std::string roster_subject(const db::RosterImport& import) {
    return "import " + to_string(import.id);
}

Result<db::ApprovalId> ask_to_apply(db::Tx& tx,
                                    const Acting& acting,
                                    const db::RosterImport& import,
                                    std::string_view reason) {
    const auto line = fmt::format("{} people become educators, {} leave.",
                                  import.counts.value("joined", std::int64_t{0}),
                                  import.counts.value("lost", std::int64_t{0}));
    return ask_approval(
        tx,
        acting,
        {.kind = roster_kind,
         .subject = roster_subject(import),
         .details = {{"import", to_string(import.id)}, {"shown", Json::array({line})}},
         .reason = reason});
}

} // namespace outbox
