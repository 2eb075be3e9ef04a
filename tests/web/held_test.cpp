#include "db/held_items.h"
#include "db/jobs.h"
#include "tests/web/web_support.h"

namespace {

constexpr auto everybody = "https://www.w3.org/ns/activitystreams#Public";

class HeldPageTest : public WebTest {
  protected:
    /// Which reason these items wait for: the tests commit, so each has its own.
    std::string reason = "r" + crypto::hex(crypto::random_bytes(8));

    std::string incoming(const std::string& to, const std::string& words) {
        const Json note{{"id", "https://cedar.example/notes/1"},
                        {"type", "Note"},
                        {"attributedTo", "https://cedar.example/users/bob"},
                        {"to", {to}},
                        {"content", "<p>" + words + "</p>"}};
        const Json create{{"id", "https://cedar.example/acts/1"},
                          {"type", "Create"},
                          {"actor", "https://cedar.example/users/bob"},
                          {"to", {to}},
                          {"object", note}};
        return "{\"signer\": \"x\"}\n" + dump_json(create);
    }
    std::string draft(const std::string& visibility, const std::string& words) {
        return dump_json({{"text", words}, {"visibility", visibility}, {"local_only", false}});
    }
    HeldId hold(db::HeldDirection direction, const std::string& payload, AccountId account = {}) {
        db::Tx tx(pool);
        const auto id = db::held_items::insert(tx,
                                               {.direction = direction,
                                                .account = account,
                                                .host = "cedar.example",
                                                .payload = payload,
                                                .filter = "content",
                                                .reason = reason,
                                                .deadline = now + std::chrono::hours{24},
                                                .created_at = now});
        tx.commit();
        return id;
    }
    db::HeldDecision decision_of(HeldId id) {
        db::Tx tx(pool);
        return db::held_items::find(tx, id)->decision;
    }
    std::string group(const char* direction = "in") {
        return "/admin/held?reason=" + reason + "&direction=" + direction;
    }
    void TearDown() override {
        db::Tx tx(pool);
        for (const auto& item : db::held_items::list_open(tx))
            if (item.reason == reason)
                db::held_items::decide(tx, item.id, db::HeldDecision::Rejected, now);
        tx.commit();
    }
};

TEST_F(HeldPageTest, IsForModeratorsAndForTheirOwnForms) {
    const auto id = hold(db::HeldDirection::In, incoming(everybody, "hello"));
    auto teacher = signed_in(member());
    EXPECT_EQ(teacher.get("/admin/held").status, 404);
    const Fields fields{{"form_token", field(teacher.get("/settings"), "form_token")},
                        {"ids[]", to_string(id)},
                        {"decision", "release"}};
    EXPECT_EQ(teacher.post("/admin/held", fields).status, 404);
    auto moderator = signed_in(member(db::Role::Moderator));
    EXPECT_EQ(moderator.post("/admin/held", fields).status, 403);
    EXPECT_EQ(decision_of(id), db::HeldDecision::Open);
}

TEST_F(HeldPageTest, NobodyDecidesAboutTheirOwn) {
    const auto author = member(db::Role::Moderator);
    const auto id = hold(db::HeldDirection::Out, draft("public", "mine"), author.id);
    const auto decide = [&](const Member& who) {
        auto browser = signed_in(who);
        browser.post("/admin/held",
                     {{"form_token", field(browser.get(group("out")), "form_token")},
                      {"ids[]", to_string(id)},
                      {"decision", "reject"}});
        return decision_of(id);
    };
    EXPECT_EQ(decide(author), db::HeldDecision::Open);
    EXPECT_EQ(decide(member(db::Role::Moderator)), db::HeldDecision::Rejected);
}

TEST_F(HeldPageTest, ShowsWordsThatEverybodyMayReadAndNoOthers) {
    const struct {
        const char* name;
        db::HeldDirection direction;
        std::string payload;
        bool shown;
    } cases[] = {
        {"theirs, to everybody", db::HeldDirection::In, incoming(everybody, "violet"), true},
        {"theirs, to one",
         db::HeldDirection::In,
         incoming("https://maple.test/users/a", "violet"),
         false},
        {"theirs, not to be read", db::HeldDirection::In, "violet", false},
        {"ours, to everybody", db::HeldDirection::Out, draft("public", "violet"), true},
        {"ours, to followers", db::HeldDirection::Out, draft("private", "violet"), false},
        {"ours, to an audience",
         db::HeldDirection::Out,
         R"({"text": "violet", "visibility": "public", "audience": "educators"})",
         false},
        {"ours, answers what is gone",
         db::HeldDirection::Out,
         R"({"text": "violet", "visibility": "public", "in_reply_to_id": "7"})",
         false},
        {"ours, unreadable", db::HeldDirection::Out, "[\"violet\"]", false},
    };
    auto moderator = signed_in(member(db::Role::Moderator));
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        reason = "r" + crypto::hex(crypto::random_bytes(8));
        hold(c.direction, c.payload);
        const auto page = moderator.get(group(c.direction == db::HeldDirection::In ? "in" : "out"));
        EXPECT_EQ(page.status, 200);
        EXPECT_EQ(has(page, "violet"), c.shown);
        EXPECT_EQ(has(page, "Written to few"), !c.shown);
        TearDown();
    }
}

TEST_F(HeldPageTest, DecidesAboutWhatIsTickedOnceAndTellsWhatCameTooLate) {
    const auto first = hold(db::HeldDirection::In, incoming(everybody, "one"));
    const auto second = hold(db::HeldDirection::In, incoming(everybody, "two"));
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto token = field(moderator.get(group()), "form_token");
    const Fields fields{
        {"form_token", token}, {"ids[]", to_string(first)}, {"decision", "release"}};
    EXPECT_EQ(location(moderator.post("/admin/held", fields)), "/admin/held?released=1");
    EXPECT_EQ(decision_of(first), db::HeldDecision::Released);
    EXPECT_EQ(decision_of(second), db::HeldDecision::Open);
    EXPECT_EQ(location(moderator.post("/admin/held", fields)), "/admin/held?late=1");

    EXPECT_EQ(moderator.post("/admin/held", {{"form_token", token}, {"decision", "reject"}}).status,
              422);
    EXPECT_EQ(moderator
                  .post("/admin/held",
                        {{"form_token", token}, {"ids[]", to_string(second)}, {"decision", "eat"}})
                  .status,
              422);
    EXPECT_EQ(decision_of(second), db::HeldDecision::Open);
}

TEST_F(HeldPageTest, DecidesAboutAllThatWaitForOneReasonAndNothingElse) {
    std::vector<HeldId> ids;
    for (int i = 0; i < 60; ++i)
        ids.push_back(hold(db::HeldDirection::In, incoming(everybody, "wave")));
    const auto other = hold(db::HeldDirection::Out, draft("public", "mine"));
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto page = moderator.get(group());
    EXPECT_TRUE(has(page, "Next 50"));
    const auto next = page.body.find("&amp;after=");
    ASSERT_NE(next, std::string::npos);
    const auto after = page.body.substr(next + 11, page.body.find('"', next) - next - 11);
    const auto rest = moderator.get(group() + "&after=" + after);
    EXPECT_EQ(rest.status, 200);
    EXPECT_FALSE(has(rest, "Next 50"));
    EXPECT_TRUE(has(rest, "wave"));
    const Fields fields{{"form_token", field(page, "form_token")},
                        {"all", "1"},
                        {"reason", reason},
                        {"direction", "in"},
                        {"decision", "reject"}};
    EXPECT_EQ(location(moderator.post("/admin/held", fields)), "/admin/held?rejected=60");
    for (const auto id : ids)
        EXPECT_EQ(decision_of(id), db::HeldDecision::Rejected);
    EXPECT_EQ(decision_of(other), db::HeldDecision::Open);
}

} // namespace
