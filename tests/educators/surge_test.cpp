#include "db/attestation_claims.h"
#include "db/audit_log.h"
#include "db/jobs.h"
#include "db/users.h"
#include "educators/surge.h"
#include "tests/support/database.h"

#include <fmt/format.h>

namespace {

using namespace std::chrono_literals;

TEST(Surge, IsManyByHandOrMoreThanTheWholeHouseWas) {
    struct Case {
        db::AttestationGrowth growth;
        bool is_surge;
    };
    for (const auto& [growth, is_surge] : {
             Case{{.fresh = 9, .by_hand = 9, .before = 0}, false},
             Case{{.fresh = 10, .by_hand = 10, .before = 4'000}, true},
             // A new school year's people, by the roster, in a district that we know.
             Case{{.fresh = 120, .by_hand = 2, .before = 800}, false},
             Case{{.fresh = 49, .by_hand = 0, .before = 3}, false},
             Case{{.fresh = 50, .by_hand = 0, .before = 49}, true},
         })
        EXPECT_EQ(educators::is_surge(growth), is_surge)
            << growth.fresh << " " << growth.by_hand << " " << growth.before;
}

class SurgeTest : public DatabaseTest {
  protected:
    void attested(int number, const std::string& assurance, Time since) {
        const auto account = remote_account(fmt::format("p{}", number));
        host = account.host;
        db::attestation_claims::put(tx, account.id, fmt::format("{{\"n\": {}}}", number), now);
        db::attestation_claims::set_checked(tx,
                                            {.account = account.id,
                                             .credential = fmt::format("{{\"n\": {}}}", number),
                                             .seen_at = now,
                                             .verdict = db::ClaimVerdict::Valid,
                                             .kind = "teacher",
                                             .assurance = assurance,
                                             .valid_from = since,
                                             .valid_until = now + 2'000h});
    }

    const Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    Time now = system_now();
    std::string host;
};

TEST_F(SurgeTest, OwnersHearOnceADayOfADistrictThatAttestsManyByHand) {
    const auto owner = member("olga");
    db::users::set_role(tx, owner.id, db::Role::Owner);
    member("fay");
    for (int i = 0; i < 30; ++i)
        attested(i, "staff-check", now - 48h);
    for (int i = 30; i < 39; ++i)
        attested(i, "staff-check", now - 1h);
    attested(39, "roster", now - 1h);
    EXPECT_TRUE(educators::watch_attestations(tx, instance, now).empty()) << "nine by hand";
    const auto waiting = db::jobs::size(tx).waiting;
    attested(40, "staff-check", now - 1h);
    EXPECT_EQ(educators::watch_attestations(tx, instance, now), std::vector{host});
    EXPECT_TRUE(educators::watch_attestations(tx, instance, now + 15min).empty()) << "told before";
    const auto told = db::audit_log::list_acts(tx, host, {"attestations.surge"});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().details.at("by_hand"), 10);
    EXPECT_EQ(db::jobs::size(tx).waiting - waiting, 1) << "a letter to the owner alone";
}

} // namespace
