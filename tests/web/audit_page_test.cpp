#include "db/audit_log.h"
#include "moderation/audit_chain.h"
#include "tests/web/web_support.h"

#include <sstream>

namespace {

class AuditPageTest : public WebTest {
  protected:
    std::string act = "test." + crypto::hex(crypto::random_bytes(6));

    void write(const std::string& subject, int times = 1, const std::string& name = "") {
        db::Tx tx(pool);
        for (int i = 0; i < times; ++i)
            db::audit_log::insert(tx,
                                  {.actor = "command line",
                                   .act = name.empty() ? act : name,
                                   .subject = subject,
                                   .reason = "because <b>"});
        tx.commit();
    }
    void chain() {
        for (std::size_t done = 1; done > 0;) {
            db::Tx tx(pool);
            done = moderation::chain_audit_log(tx);
            tx.commit();
        }
    }
};

TEST_F(AuditPageTest, FindsLinesByWhatAndPagesThroughThem) {
    write("maple.test", 60);
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto page = moderator.get("/admin/audit?act=" + act);
    EXPECT_TRUE(has(page, "because &lt;b&gt;"));
    const auto at = page.body.find("below=");
    ASSERT_NE(at, std::string::npos);
    const auto below = page.body.substr(at, page.body.find('"', at) - at);
    const auto next = moderator.get("/admin/audit?act=" + act + "&" + below);
    EXPECT_TRUE(has(next, "because"));
    EXPECT_FALSE(has(next, "Next 50"));
    EXPECT_TRUE(has(moderator.get("/admin/audit?subject=maple.test&act=" + act), "because"));
    EXPECT_TRUE(has(moderator.get("/admin/audit?act=test.*&subject=maple.test"), act));
    EXPECT_TRUE(
        has(moderator.get("/admin/audit?act=" + act + "&until=2020-01-01"), "No line fits"));
    EXPECT_EQ(moderator.get("/admin/audit?since=yesterday&below=-1&until=9999-99-99").status, 200);
}

TEST_F(AuditPageTest, LegalHoldsAreBetweenOfficersAndNobodyReadsOfTheirOwnCase) {
    const auto one = member(db::Role::Moderator);
    const auto two = member(db::Role::Moderator);
    const auto owner = member(db::Role::Owner);
    const auto uri = [](const Member& who) { return "https://maple.test/users/" + who.name; };
    write(uri(one), 1, "hold.set");
    write(uri(one), 1, "report.resolve");
    const auto reads = [&](const Member& who, const std::string& what) {
        return has(signed_in(who).get("/admin/audit?act=" + what + "&subject=" + uri(one)),
                   "because");
    };
    EXPECT_FALSE(reads(one, "hold.set"));
    EXPECT_FALSE(reads(one, "report.resolve"));
    EXPECT_FALSE(reads(two, "hold.set"));
    EXPECT_TRUE(reads(two, "report.resolve"));
    EXPECT_TRUE(reads(owner, "hold.set"));
    write(uri(owner), 1, "hold.set");
    EXPECT_FALSE(
        has(signed_in(owner).get("/admin/audit?act=hold.set&subject=" + uri(owner)), "because"));
    EXPECT_FALSE(has(signed_in(one).get("/admin/accounts/" + to_string(one.id)), "hold.set"));
}

TEST_F(AuditPageTest, TakesLinesAwayThatCanBeCheckedAndVerifiesThem) {
    write("maple.test");
    chain();
    auto moderator = signed_in(member(db::Role::Moderator));
    const auto file = moderator.get("/admin/audit/lines.jsonl");
    EXPECT_EQ(file.status, 200);
    std::istringstream lines(file.body);
    std::string line;
    std::string before = moderation::first_hash();
    int count = 0;
    while (std::getline(lines, line)) {
        const auto json = Json::parse(line);
        if (json.contains("withheld")) { // By another test; the chain goes on from its hash.
            before = json.at("hash");
            continue;
        }
        EXPECT_EQ(moderation::hash_of(before,
                                      {.number = json.at("line"),
                                       .at = json.at("at"),
                                       .actor = json.at("actor"),
                                       .act = json.at("act"),
                                       .subject = json.at("subject"),
                                       .verdict = json.at("verdict"),
                                       .filter = json.at("filter"),
                                       .reason = json.at("reason"),
                                       .rule_version = json.at("rule_version"),
                                       .details = json.at("details")}),
                  json.at("hash"));
        before = json.at("hash");
        ++count;
    }
    EXPECT_GT(count, 0);
    const auto token = field(moderator.get("/admin/audit"), "form_token");
    EXPECT_TRUE(has(moderator.post("/admin/audit/verify", {{"form_token", token}}),
                    "each as it was written"));
}

TEST_F(AuditPageTest, TellsNobodyThatTheirOwnPostsAreAskedFor) {
    const auto me = member(db::Role::Owner);
    write("https://maple.test/users/" + me.name, 1, "glass.request");
    chain();
    const auto find = "/admin/audit?act=glass.request&subject=@" + me.name;
    EXPECT_FALSE(has(signed_in(me).get(find), "because"));
    EXPECT_FALSE(has(signed_in(member(db::Role::Moderator)).get(find), "because"));
    EXPECT_TRUE(has(signed_in(member(db::Role::Owner)).get(find), "because"));
    EXPECT_TRUE(has(signed_in(me).get("/admin/audit/lines.jsonl"), "\"withheld\":true"));
}

TEST_F(AuditPageTest, IsForTheDeskAndForItsOwnForms) {
    auto teacher = signed_in(member());
    EXPECT_EQ(teacher.get("/admin/audit").status, 404);
    EXPECT_EQ(teacher.get("/admin/audit/lines.jsonl").status, 404);
    const Fields fields{{"form_token", field(teacher.get("/settings"), "form_token")}};
    EXPECT_EQ(teacher.post("/admin/audit/verify", fields).status, 404);
    EXPECT_EQ(signed_in(member(db::Role::Moderator)).post("/admin/audit/verify", fields).status,
              403);
}

} // namespace
