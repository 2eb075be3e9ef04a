#pragma once

#include "base/id.h"
#include "base/instance.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"
#include "mail/message.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What we write to members. A letter is queued by its name and the member alone: address, name and
/// links are looked up when it is sent, so the queue holds no address and no key to an account, and
/// nobody who left gets mail.
namespace mail {

enum class Letter {
    Confirm,
    ResetPassword,
    NewSignIn,
    Approved,
    Sanction, ///< Values: "consequence", "reason", "strike": adds a link to appeal by.
    SanctionLifted,
    Digest,
    PrivateAddress,   ///< To the address that a member wants to be reached at after leaving.
    Leaver,           ///< To that address, with the link to the leaver's page.
    StayAnswer,       ///< The same, about a request to stay. Value: "answer".
    PostsRead,        ///< Private posts were opened to an officer (outbox/break_glass.h).
    AppealDecided,    ///< Values: "outcome", "answer".
    VouchAsked,       ///< To a sponsor. Value: "candidate".
    VouchFrozen,      ///< To a sponsor, of whom somebody was taken back for cause: the same.
    VouchEnds,        ///< To candidate and sponsors. Values: "who", "until".
    VouchShort,       ///< To a candidate who lacks a sponsor. Value: "until".
    ReportDecided,    ///< To who reported. Values: "target", "by", "outcome", "note".
    CasesLate,        ///< To moderators (outbox/cases.h). Value: "count".
    AttestationSurge, ///< To owners (educators/surge.h). Values: "host", "fresh", "by_hand",
                      ///< "before".
    ApprovalAsked,    ///< A hard act waits for a second person (outbox/approvals.h).
    Alarm,            ///< To moderators. Values: "what", "next".
    Recalled,         ///< To the author of a post that was withdrawn. Values: "post", "reason".
    SlowDown,         ///< To a member who is part of a pile elsewhere. Value: "who".
};

std::string_view to_string(Letter letter); ///< "confirm", ...; the name of its template.
std::optional<Letter> parse_letter(std::string_view name);
std::vector<std::string> letter_names();

/// {{name}} in a template is replaced by these. Foreign text in them stays plain text.
using Values = std::map<std::string, std::string, std::less<>>;

/// Queues a letter; it goes out after the commit. `values`: what cannot be looked up later.
void post(db::Tx& tx, Letter letter, AccountId to, const Values& values = {});

struct Writer {
    const Instance& instance;
    std::string from{};     ///< The address that mail comes from.
    std::string link_key{}; ///< members::make_link_token's.
};

/// The letter as it would be sent now. Nothing when the member is gone, has no address, or the
/// letter is needed no more (the address is confirmed, nothing happened that a digest could tell).
std::optional<Message> write(
    db::Tx& tx, const Writer& writer, Letter letter, AccountId to, Values values, Time now);

} // namespace mail
