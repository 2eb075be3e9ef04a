#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/accounts.h"
#include "db/content_rules.h"
#include "db/peers.h"
#include "db/statuses.h"
#include "educators/standing.h"
#include "moderation/student_text.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace moderation {

class ChainSettings;

/// In this order the later is the stronger (POLICY section 2).
enum class Verdict { Accept, Strip, Limit, Hold, Reject, Drop };
std::string_view to_string(Verdict verdict); ///< "accept", ...

/// Raised with every change of a rule, and stored with each verdict, so that what a withdrawn rule
/// held can be found.
constexpr int rule_version = 6;

/// What a verdict does beside its name; effects of several filters add up.
struct Effects {
    bool quiet = false;                           ///< Limit: no timelines, no notifications.
    std::vector<std::string> stripped_mentions{}; ///< Strip: actor ids that are not to be told.
    bool strips_media = false;                    ///< Strip: without its pictures and films.
    /// Hold: why filter 9 wants the author asked, whatever else holds the post.
    std::string_view about_students{};
};

/// What one filter says when it does not accept.
struct Finding {
    Verdict verdict = Verdict::Accept;
    std::string_view reason{}; ///< One of the codes of explain().
    Effects effects{};
    db::RuleId rule{}; ///< Of filter 10: which of the instance's rules.
};

/// What a filter would have said that only observes.
struct Observed {
    std::string_view filter{};
    Verdict verdict = Verdict::Accept;
    std::string_view reason{};
};

/// What the whole chain says.
struct Decision {
    Verdict verdict = Verdict::Accept;
    std::string_view filter{}; ///< Whose verdict it is; "" with Accept.
    std::string_view reason{};
    Effects effects{};
    db::RuleId rule{}; ///< Of the finding that decided, when it is a rule's.
    std::vector<Observed> observed{};

    bool passes() const { return verdict <= Verdict::Limit; }
};

enum class Direction { In, Out };

/// What is to be decided about, the same for both directions. Ids are actor ids and object ids as
/// they travel; our own are among them.
struct Subject {
    Direction direction = Direction::In;
    std::string type{}; ///< Of the activity: "Create", "Like", ...
    std::string actor{};
    std::string signer{}; ///< Whose key signed; with a valid proof the actor. Out: the actor.
    std::string id{};
    std::string object{};                       ///< Id of what it is about.
    std::vector<std::string> authors{};         ///< Of an embedded object.
    std::vector<std::string> speaks_for{};      ///< Ids of everybody it speaks for (PROTOCOL 11.2).
    bool is_post = false;                       ///< Create or Update of something to be shown.
    std::optional<db::Visibility> visibility{}; ///< Of a post.
    bool local_only = false;                    ///< Out: a post that stays here.
    std::vector<std::string> mentions{};        ///< Actor ids.
    std::vector<std::string> addressed{};       ///< Out: whom the edited post reached before.
    std::vector<std::string> recipients{};      ///< Actor ids in to and cc, without collections.
    std::size_t body_bytes = 0;
    std::string post{};         ///< Id of a post, when it has one.
    std::string html{};         ///< Of a post: its content, clean.
    std::string spoiler_text{}; ///< Of a post, plain.
    std::vector<std::string> media_types{};
    bool has_undescribed_media = false;
    std::string more_text{};         ///< What a post says besides: of its media, and its choices.
    bool no_student_seen = false;    ///< Out: the author said so of the pictures.
    std::optional<Time> published{}; ///< In: of a post.
    bool is_refreshed = false;       ///< In: asked for again, so perhaps an edit.
};

/// In: a local account that the activity is about or addressed to. Out: whoever it is, also remote.
struct Target {
    AccountId account{};
    bool is_local = true;
    bool is_authorized = true; ///< Its host is at an allowed level.
    bool blocks_sender = false;
    bool follows_sender = false;
    bool is_followed_by_sender = false; ///< Accepted.
    bool is_shielded = false;           ///< Of our own.
    /// Follows them, or wrote to them. Out: only asked for when the author may not write first.
    bool knows_sender = true;
};

/// Of an edit: the version that is stored, against the new one.
struct Edited {
    std::int64_t approvals = 0; ///< Favourites and boosts.
    double kept = 1;            ///< The share of its words that the new one still has, 0 to 1.
};

/// Who sent it, as far as we know them.
struct Sender {
    bool is_person = true;        ///< Groups, bots and organisations are no educators.
    bool is_organisation = false; ///< Says so itself: a commercial partner of its district.
    bool limited = false;         ///< By our moderators.
    educators::Trust trust = educators::Trust::None;
    bool house_attests = false; ///< Their district attested somebody whom we know.
};

/// Everything the filters may know; loaded as sets before, so that filters are pure.
struct Facts {
    Time now{};
    std::unordered_map<std::string, db::PeerLevel> levels{}; ///< By id of speaks_for.
    std::optional<Sender> sender{};                          ///< In: when the account is known.
    bool sender_is_followed = false;                         ///< By anybody here.
    bool sender_is_vouched = false;                          ///< By sponsors only; ours: ever.
    std::int64_t partner_mentions = 0; ///< In, of a partner: of our people in the last 7 days.
    bool partner_is_stopped = false;   ///< In: by our people, or by the district that carries it.
    bool sender_is_commercial = false; ///< In: its district says so by the property `commercial`.
    std::unordered_map<std::string, Target>
        targets{};              ///< By actor id: mentions, recipients, owner.
    std::string object_owner{}; ///< Actor id of the author of `object`, or of the post replied to.
    bool object_is_ours = false;
    std::optional<Edited> edited{};
    std::shared_ptr<const StudentText> student_text{}; ///< Of a post.
    KnownMarks known_marks{};                          ///< Of what it asks for.
    std::shared_ptr<const ChainSettings> settings{};   ///< None: everything enforced, no rules.
};

/// A filter is a pure function; nothing means accept. One that throws means hold.
using Filter = std::optional<Finding> (*)(const Subject&, const Facts&);

struct FilterRow {
    int number = 0;
    std::string_view name{};
    Filter filter = nullptr; ///< nullptr: not built yet; the row is named so that nobody mistakes
                             ///< its absence for consent.
};

/// Filter 9: what it holds, the privacy officer decides about.
constexpr std::string_view student_filter = "student privacy";

/// The twelve of POLICY section 2, in their fixed order.
std::span<const FilterRow> filters();

/// Runs the chain. Drop ends it; else the strongest verdict wins and effects add up. What a filter
/// says that only observes stands in Decision::observed and has no effect.
Decision decide(const Subject& subject, const Facts& facts);
/// The same over other rows, for tests of the chain itself.
Decision decide(const Subject& subject, const Facts& facts, std::span<const FilterRow> rows);

/// Each looks at what POLICY section 2 says of its row, in its own file.
std::optional<Finding> transport(const Subject& subject, const Facts& facts);
std::optional<Finding> peer_gate(const Subject& subject, const Facts& facts);
std::optional<Finding> actor_gate(const Subject& subject, const Facts& facts);
std::optional<Finding> audience(const Subject& subject, const Facts& facts);
std::optional<Finding> consent(const Subject& subject, const Facts& facts);
std::optional<Finding> first_contact(const Subject& subject, const Facts& facts);
std::optional<Finding> partner(const Subject& subject, const Facts& facts);
std::optional<Finding> burst(const Subject& subject, const Facts& facts);
std::optional<Finding> student_privacy(const Subject& subject, const Facts& facts);
std::optional<Finding> content(const Subject& subject, const Facts& facts);
std::optional<Finding> ageing(const Subject& subject, const Facts& facts);

/// A commercial partner's: of a host at that level, an organisation anywhere, or of who speaks for
/// one.
bool is_partner(const Subject& subject, const Facts& facts);

/// Whom the sender mentions or addresses without being known to them. In: of our own.
std::vector<std::string> strangers_of(const Subject& subject, const Facts& facts);

/// What becomes of a held item that nobody decides about.
struct HoldTerms {
    std::chrono::hours deadline{72};
    bool release = false; ///< Else it is rejected then.
};
HoldTerms hold_terms(std::string_view reason);

/// One plain sentence per reason code, for members and moderators: why did this not arrive?
/// "" for a code that is not ours.
std::string_view explain(std::string_view reason);

} // namespace moderation
