#include "moderation/filters.h"

#include <gtest/gtest.h>

using namespace moderation;
using educators::Trust;

namespace {

const std::string mia = "https://cedar.example/users/mia";

Subject subject_of(const std::string& type) {
    return {.type = type, .actor = mia, .is_post = type == "Create"};
}

struct Case {
    const char* name = "";
    Trust trust = Trust::Attested;
    Verdict verdict = Verdict::Accept;
    std::string_view reason{};
    std::string type = "Create";
    db::PeerLevel level = db::PeerLevel::Member;
    bool is_person = true;
    bool house_attests = true;
    bool is_followed = false;
    bool limited = false;
    Direction direction = Direction::In;
};

} // namespace

TEST(ActorGate, JudgesByWhatTheDistrictSaysNow) {
    using enum Verdict;
    const Case cases[] = {
        {.name = "attested"},
        {"list away for 3 days", Trust::StatusStale, Limit, "status-stale"},
        {"list away for 14 days", Trust::StatusLost, Hold, "status-lost"},
        {"expired", Trust::Expired, Limit, "attestation-expired"},
        {"revoked", Trust::Revoked, Hold, "attestation-revoked"},
        {"altered or copied", Trust::False, Hold, "attestation-false"},
        {"none, where others are attested", Trust::None, Limit, "not-attested"},
        {.name = "none, by a district that does not attest yet",
         .trust = Trust::None,
         .house_attests = false},
        {.name = "none, but somebody follows them", .trust = Trust::None, .is_followed = true},
        {.name = "revoked, though somebody follows them",
         .trust = Trust::Revoked,
         .verdict = Hold,
         .reason = "attestation-revoked",
         .is_followed = true},
        {.name = "a group is no educator", .trust = Trust::None, .is_person = false},
        {.name = "guests are filter 2's", .trust = Trust::None, .level = db::PeerLevel::Guest},
        {.name = "partners are filter 7's", .trust = Trust::None, .level = db::PeerLevel::Partner},
        {.name = "a guest that claims something is believed by nobody",
         .trust = Trust::None,
         .level = db::PeerLevel::Guest},
        {.name = "a Follow",
         .trust = Trust::Revoked,
         .verdict = Hold,
         .reason = "attestation-revoked",
         .type = "Follow"},
        {.name = "the Update that brings a new one", .trust = Trust::Revoked, .type = "Update"},
        {.name = "an Undo", .trust = Trust::False, .type = "Undo"},
        {.name = "a Delete", .trust = Trust::False, .type = "Delete"},
        {.name = "a Move away", .trust = Trust::Revoked, .type = "Move"},
        {.name = "a call for help", .trust = Trust::False, .type = "Flag"},
        {.name = "limited by us",
         .trust = Trust::Attested,
         .verdict = Limit,
         .reason = "actor-limited",
         .limited = true},
        {.name = "limited by us, followed", .is_followed = true, .limited = true},
        {.name = "our own", .trust = Trust::Revoked, .direction = Direction::Out},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto subject = subject_of(c.type);
        subject.direction = c.direction;
        const Facts facts{.levels = {{mia, c.level}},
                          .sender = Sender{.is_person = c.is_person,
                                           .limited = c.limited,
                                           .trust = c.trust,
                                           .house_attests = c.house_attests},
                          .sender_is_followed = c.is_followed};
        const auto finding = actor_gate(subject, facts);
        EXPECT_EQ(finding ? finding->verdict : Accept, c.verdict);
        EXPECT_EQ(finding ? finding->reason : "", c.reason);
        if (finding) {
            EXPECT_FALSE(explain(finding->reason).empty());
            EXPECT_EQ(finding->effects.quiet, finding->verdict == Limit);
        }
    }
}

TEST(ActorGate, SaysNothingOfWhomWeDoNotKnowYet) {
    EXPECT_FALSE(actor_gate(subject_of("Create"), {.levels = {{mia, db::PeerLevel::Member}}}));
}
