#include "outbox/not_wanted.h"

#include "db/audit_log.h"
#include "db/guests.h"
#include "db/partner_strikes.h"
#include "db/partners.h"
#include "federation/commercial.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/partners.h"
#include "moderation/peers.h"
#include "outbox/deliver.h"
#include "outbox/partners.h"

namespace outbox {
namespace {

/// More than two of one district do not count; that it told more shows the owner what happens.
constexpr std::int64_t most_told = 10;

db::PeerLevel level_of(const db::Account& account, moderation::Peers& peers) {
    return account.is_local() ? db::PeerLevel::Member : peers.level_of(account.host);
}

std::string name_of(const db::Account& account) {
    const auto mark = db::mark_of(account);
    return mark ? mark->name : account.acct();
}

void stop_when_due(db::Tx& tx,
                   const Instance& instance,
                   const std::string& organisation,
                   const db::Account& about,
                   Time now) {
    const auto strikes = db::partner_strikes::count(tx, organisation, now - strikes_count);
    if (strikes < strikes_to_stop) return;
    const bool is_news = db::partner_strikes::stop(
        tx, {.organisation = organisation, .name = name_of(about), .stopped_at = now});
    if (!is_news) return;
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = "partners",
                           .act = "partner.stop",
                           .subject = organisation,
                           .reason = "three members did not want what it sends",
                           .details = {{"strikes", strikes}}});
    const auto ours = db::accounts::find_by_uri(tx, organisation);
    if (ours && ours->is_local()) refresh_partner(tx, instance, ours->id, now);
}

/// To the person reported, as every Flag; the category says that it is no case for moderators.
void tell_its_district(db::Tx& tx, const Acting& acting, const db::Account& whom) {
    const auto server =
        db::accounts::find_by_uri(tx, federation::server_actor_uri(acting.instance));
    if (!server) return;
    const auto number = db::statuses::new_id(tx, acting.now).value;
    Json flag =
        federation::render_flag({.id = federation::fragment_uri(server->uri, "flags", number),
                                 .actor = server->uri,
                                 .to = {whom.uri}},
                                {whom.uri},
                                "A member does not want what this commercial partner sends.");
    federation::add_category(flag, federation::not_wanted_category);
    deliver(tx,
            {.signer = server->id,
             .body = dump_json(flag),
             .object_uri = whom.uri,
             .inboxes = audience_of(tx, Recipients{.accounts = {whom.id}})});
}

} // namespace

bool is_partner(const db::Account& account, moderation::Peers& peers) {
    return moderation::organisation_of(account, level_of(account, peers)).has_value();
}

Result<Done> not_wanted(db::Tx& tx, const Acting& acting, AccountId whom) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    const auto target = find_other(tx, whom);
    if (!target) return target.error();
    const auto organisation = moderation::organisation_of(*target, level_of(*target, acting.peers));
    if (!organisation) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "not wanted: no partner",
                     .shown = "This is no commercial partner. You can report the account instead"};
    }
    // A competitor could stop another, and a guest belongs to nobody.
    if (db::mark_of(*self) || db::guests::find(tx, self->id)) {
        return Error{.kind = Error::Kind::Forbidden,
                     .detail = "not wanted: by a partner or guest",
                     .shown = "Only members decide which commercial partners are wanted"};
    }
    if (db::partner_strikes::exists(tx, *organisation, self->id, acting.now - strikes_count))
        return Done{};
    db::partner_strikes::insert(tx,
                                {.organisation = *organisation,
                                 .member = self->id,
                                 .account = target->id,
                                 .at = acting.now});
    if (!target->is_local()) tell_its_district(tx, acting, *target);
    stop_when_due(tx, acting.instance, *organisation, *target, acting.now);
    return Done{};
}

bool take_not_wanted(db::Tx& tx, const Instance& instance, const ToldNotWanted& told, Time now) {
    const auto whom = db::accounts::find(tx, told.whom);
    const auto mark = whom && whom->is_local() ? db::mark_of(*whom) : std::nullopt;
    if (!mark || told.uri.empty()) return false;
    const auto standing =
        db::partner_strikes::count_of_host(tx, mark->organisation, told.host, now - strikes_count);
    if (standing >= most_told) return false;
    const bool is_new = db::partner_strikes::insert(tx,
                                                    {.organisation = mark->organisation,
                                                     .host = told.host,
                                                     .uri = told.uri,
                                                     .account = whom->id,
                                                     .at = now});
    if (is_new) stop_when_due(tx, instance, mark->organisation, *whom, now);
    return is_new;
}

} // namespace outbox
