#include "moderation/covenant.h"

#include "actors/local.h"
#include "base/text.h"
#include "db/account_keys.h"
#include "db/audit_log.h"
#include "db/peerings.h"
#include "educators/attestation.h"
#include "educators/kinds.h"
#include "federation/moderators.h"
#include "federation/multikey.h"
#include "federation/proof.h"
#include "federation/uris.h"
#include "moderation/policy_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace moderation {
namespace {

constexpr std::string_view shipped_text =
    R"(This is a place for people who work in schools, and for nobody else. Everyone who can write to you here is a verified educator, or is plainly marked as something else.

We check who works in our schools, and who leaves loses that mark at the next check. No students have accounts, and nobody posts what identifies one.

What you say goes as far as you chose and no farther. Supervisors see what everybody sees. The law may open what is kept on this server; then two people do it, and you are told as soon as that is allowed.

When it goes wrong, a named person answers. Reports are acknowledged, decided and answered in the times that are written below, also those that come from other districts.

We do not sell, track or advertise, and train no models with what you write. Commercial partners are labelled wherever they appear.

Districts that we speak with promise the same. When one promises less than it did, we wait until a person here has looked at it.)";

constexpr std::array<std::string_view, 4> ways_to_know{"roster", "idp", "staff-check", "vouched"};

Error refused(std::string shown) {
    return {Error::Kind::Unprocessable, "covenant: " + shown, shown};
}

federation::Policy shipped_promises(const Instance& instance) {
    federation::Policy promises{.roster_check_hours = 24,
                                .takes_partners = true,
                                .partner_posts_per_week = 3,
                                .acknowledge_hours = 24,
                                .decide_school_days = 5,
                                .urgent_hours = 2,
                                .record_days = 365,
                                .removed_days = 30,
                                .languages = {"en"}};
    if (!instance.contact_email.empty())
        promises.report_contact = "mailto:" + instance.contact_email;
    for (const auto& clause : known_clauses())
        promises.clauses.emplace_back(clause.id);
    for (const auto kind : educators::kind_names())
        promises.kinds.emplace_back(kind);
    promises.assurance.assign(ways_to_know.begin(), ways_to_know.end());
    return promises;
}

std::string covenant_url(const Instance& instance, int version) {
    return fmt::format("{}/covenant/{}", instance.origin, version);
}

/// Sorted, as they are published, so that an order that changes is no change.
void tidy(federation::Policy& promises) {
    for (auto* words :
         {&promises.clauses, &promises.kinds, &promises.assurance, &promises.languages}) {
        std::ranges::sort(*words);
        const auto [first, last] = std::ranges::unique(*words);
        words->erase(first, last);
    }
}

/// The settings of `promises` for a version; everything else is what publishing fills in.
Json settings_of(const Instance& instance, federation::Policy promises, int version) {
    promises.version = version;
    promises.covenant_version = version;
    promises.covenant_url = covenant_url(instance, version);
    promises.keys.clear();
    tidy(promises);
    return federation::render_promises(promises);
}

Result<Done> check(const Instance& instance, const CovenantDraft& draft) {
    if (trim(draft.text).empty()) return refused("The text is empty.");
    if (!is_valid_utf8(draft.text) || count_code_points(draft.text) > max_covenant_characters)
        return refused("The text is longer than 20,000 characters.");
    const auto& promises = draft.promises;
    for (const auto& kind : promises.kinds)
        if (!educators::parse_kind(kind)) return refused("Choose kinds of members of the list.");
    for (const auto& way : promises.assurance)
        if (!educators::parse_assurance(way)) return refused("Choose ways to know of the list.");
    const auto settings = settings_of(instance, promises, 1);
    const auto read = federation::parse_promises(settings, federation::server_actor_uri(instance));
    if (read) return Done{};
    return refused("Something is too long or out of bounds: clauses and languages are short words "
                   "of letters, digits and hyphens, numbers are at most 1,000,000, and the contact "
                   "is a mailto: or https: address.");
}

std::vector<federation::PolicyKey> key_history(db::Tx& tx, AccountId server_actor) {
    std::vector<federation::PolicyKey> history;
    for (const auto& key : db::account_keys::list(tx, server_actor)) {
        if (key.algorithm != "ed25519") continue;
        const auto pem = crypto::PublicKey::from_pem(key.public_pem);
        if (!pem) continue;
        history.push_back({.id = key.key_uri,
                           .multikey = federation::encode_multikey(*pem),
                           .from = key.created_at,
                           .until = key.retired_at});
    }
    std::ranges::reverse(history); // The oldest first.
    return history;
}

federation::Policy make_policy(db::Tx& tx, const Instance& instance, Time now) {
    auto policy = promises_of(instance, ensure_covenant(tx, instance, now));
    const auto actor = actors::ensure_server_actor(tx, instance, now);
    policy.actor = actor.uri;
    policy.keys = key_history(tx, actor.id);
    if (policy.report_group.empty()) policy.report_group = federation::moderators_uri(instance);
    if (policy.privacy_contact.empty()) policy.privacy_contact = actor.uri;
    return policy;
}

bool is_same(federation::Policy fresh, const federation::Policy& standing) {
    fresh.version = standing.version;
    return federation::render_promises(fresh) == federation::render_promises(standing);
}

std::optional<federation::Policy> read_stored(const std::string& document) {
    const auto json = parse_json(document);
    if (!json) return std::nullopt;
    auto policy = federation::parse_policy(*json);
    if (!policy) return std::nullopt;
    return std::move(*policy);
}

} // namespace

std::string policy_uri(const Instance& instance) {
    return federation::server_actor_uri(instance) + "/policy";
}

db::Covenant ensure_covenant(db::Tx& tx, const Instance& instance, Time now) {
    if (auto newest = db::covenants::newest(tx)) return std::move(*newest);
    db::Covenant first{.version = 1,
                       .text = std::string(shipped_text),
                       .settings = settings_of(instance, shipped_promises(instance), 1),
                       .made_at = now,
                       .made_by = "shipped"};
    db::covenants::insert(tx, first);
    return *db::covenants::newest(tx);
}

federation::Policy promises_of(const Instance& instance, const db::Covenant& covenant) {
    auto promises =
        federation::parse_promises(covenant.settings, federation::server_actor_uri(instance));
    if (!promises)
        throw std::runtime_error("covenants: settings of a version cannot be read: " +
                                 promises.error().detail);
    return std::move(*promises);
}

Result<CovenantPreview> preview_covenant(db::Tx& tx,
                                         const Instance& instance,
                                         const CovenantDraft& draft,
                                         Time now) {
    if (const auto good = check(instance, draft); !good) return good.error();
    const auto standing = ensure_covenant(tx, instance, now);
    CovenantPreview preview{.standing = standing.version,
                            .settings = settings_of(instance, draft.promises, standing.version),
                            .changes_text = standing.text != draft.text};
    const db::Covenant drafted{.version = standing.version, .settings = preview.settings};
    preview.changes =
        compare(promises_of(instance, standing), promises_of(instance, drafted), Beside::Earlier);
    return preview;
}

Result<Done> change_covenant(db::Tx& tx,
                             const Instance& instance,
                             const CovenantDraft& draft,
                             Time now) {
    if (const auto good = check(instance, draft); !good) return good;
    const auto standing = ensure_covenant(tx, instance, now);
    const bool is_same_text = standing.text == draft.text;
    const bool is_same_policy =
        settings_of(instance, draft.promises, standing.version) == standing.settings;
    if (is_same_text && is_same_policy) return Done{};
    const int version = standing.version + 1;
    const bool is_first =
        db::covenants::insert(tx,
                              {.version = version,
                               .text = draft.text,
                               .settings = settings_of(instance, draft.promises, version),
                               .made_at = now,
                               .made_by = draft.by,
                               .reason = draft.reason});
    if (!is_first) return refused("Somebody else changed it just now. Look at it again.");
    db::audit_log::insert(tx,
                          {.at = now,
                           .actor = draft.by,
                           .act = "covenant.change",
                           .subject = instance.host,
                           .reason = draft.reason,
                           .details = {{"version", version}}});
    publish_policy(tx, instance, now);
    return Done{};
}

bool publish_policy(db::Tx& tx, const Instance& instance, Time now) {
    auto policy = make_policy(tx, instance, now);
    const auto standing = db::covenants::newest_policy(tx);
    if (standing) {
        const auto read = read_stored(standing->document);
        if (read && is_same(policy, *read)) return false;
    }
    const int version = standing ? standing->version + 1 : 1;
    policy.version = version;
    policy.id = fmt::format("{}/{}", policy_uri(instance), version);
    policy.at = now;
    const auto issuer = educators::load_issuer(tx, instance, {}, now);
    const auto document =
        federation::add_proof(federation::render_policy(policy), issuer.key, issuer.key_id, now);
    if (!document) throw std::runtime_error("policy: cannot be signed: " + document.error().detail);
    return db::covenants::insert_policy(
        tx, {.version = version, .document = dump_json(*document), .made_at = now});
}

federation::Policy own_policy(db::Tx& tx, const Instance& instance, Time now) {
    auto newest = db::covenants::newest_policy(tx);
    if (!newest) {
        publish_policy(tx, instance, now);
        newest = db::covenants::newest_policy(tx);
    }
    auto policy = newest ? read_stored(newest->document) : std::nullopt;
    if (!policy) throw std::runtime_error("policies: our newest one cannot be read");
    return std::move(*policy);
}

std::optional<federation::Policy> policy_of(db::Tx& tx, std::string_view host) {
    const auto newest = db::peerings::newest_policy(tx, host);
    return newest ? read_stored(newest->document) : std::nullopt;
}

} // namespace moderation
