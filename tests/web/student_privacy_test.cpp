#include "db/audit_log.h"
#include "db/held_items.h"
#include "db/privacy_notes.h"
#include "db/roster_others.h"
#include "db/statuses.h"
#include "educators/import.h"
#include "educators/student_marks.h"
#include "members/duties.h"
#include "moderation/filters.h"
#include "moderation/record.h"
#include "outbox/asking.h"
#include "tests/web/web_support.h"

namespace {

/// A roster has one student, of a name that no other test uses.
class StudentPrivacyPages : public WebTest {
  protected:
    const std::string surname = "Q" + crypto::hex(crypto::random_bytes(6));

    StudentPrivacyPages() {
        db::Tx tx(pool);
        const auto hash = educators::load_keyed_hash(tx);
        const db::RosterOther maya{
            .id_hash = hash.of_id(surname),
            .kind = 's',
            .marks = educators::marks_of_student(hash, {.given = "Maya", .family = surname}, {})};
        db::roster_others::store(tx, std::vector{maya});
        tx.commit();
    }
    ~StudentPrivacyPages() override {
        db::Tx tx(pool);
        const auto hash = educators::load_keyed_hash(tx);
        db::roster_others::remove(tx, {hash.of_id(surname)});
        tx.commit();
    }

    std::string text() const { return "Maya " + surname + " won"; }

    /// What an app's request does.
    void publish(const Member& author, const outbox::Draft& draft) {
        db::Tx tx(pool);
        const outbox::Acting acting{
            .instance = instance, .peers = peers, .account = author.id, .now = now};
        const auto status = outbox::publish(tx, acting, draft);
        ASSERT_FALSE(status);
        ASSERT_TRUE(outbox::has_left_rows(status.error())) << status.error().detail;
        tx.commit();
    }
    std::vector<db::AskedPost> questions(const Member& of) {
        db::Tx tx(pool);
        return db::asked_posts::list(tx, of.id);
    }
    std::vector<db::HeldItem> held(const Member& of) {
        db::Tx tx(pool);
        return db::held_items::list_of_author(tx, of.id, 10);
    }
    std::string at(const db::AskedPost& asked, const std::string& verb) {
        return "/settings/waiting/" + to_string(asked.id) + "/" + verb;
    }
    std::string at(const db::HeldItem& item, const std::string& verb) {
        return "/admin/student-privacy/" + to_string(item.id) + "/" + verb;
    }
    Member officer() {
        const auto who = member();
        db::Tx tx(pool);
        members::give_duty(tx, who.id, members::Duty::PrivacyOfficer, "command line");
        tx.commit();
        return who;
    }
};

TEST_F(StudentPrivacyPages, TheAuthorAnswersAndTheOfficerDecides) {
    const auto sue = member();
    const auto other = member();
    publish(sue, {.text = text()});
    Browser browser{*this};
    EXPECT_EQ(browser.get("/settings/waiting").status, 303) << "without a session";
    browser.sign_in(sue.name, password);
    auto page = browser.get("/settings/waiting");
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, text()));
    EXPECT_TRUE(has(page, "Does this name a student?"));
    const auto token = field(page, "form_token");
    const auto asked = questions(sue).front();

    auto stranger = signed_in(other);
    EXPECT_FALSE(has(stranger.get("/settings/waiting"), surname));
    const auto foreign = field(stranger.get("/settings/waiting"), "form_token");
    EXPECT_EQ(stranger.post(at(asked, "send"), {{"form_token", foreign}, {"reason", "x"}}).status,
              404);
    EXPECT_EQ(browser.post(at(asked, "send"), {{"form_token", "another"}, {"reason", "x"}}).status,
              403);
    page = browser.post(at(asked, "send"), {{"form_token", token}, {"reason", " "}});
    EXPECT_EQ(page.status, 422);
    EXPECT_TRUE(has(page, "Say why"));
    EXPECT_EQ(browser.post(at(asked, "unseen"), {{"form_token", token}}).status, 422)
        << "it is not about pictures";
    EXPECT_EQ(questions(sue).size(), 1U);
    EXPECT_EQ(browser.post(at(asked, "send"), {{"form_token", token}, {"reason", "Parents agreed"}})
                  .status,
              303);
    EXPECT_TRUE(questions(sue).empty());
    ASSERT_EQ(held(sue).size(), 1U);
    EXPECT_TRUE(has(browser.get("/settings/waiting"), "The privacy officer decides until"));

    for (const auto& who : {member(db::Role::Owner), member(db::Role::Moderator), other})
        EXPECT_EQ(signed_in(who).get("/admin/student-privacy").status, 404);
    const auto pat = officer();
    auto desk = signed_in(pat);
    page = desk.get("/admin/student-privacy");
    ASSERT_EQ(page.status, 200);
    EXPECT_TRUE(has(page, text()));
    EXPECT_TRUE(has(page, "Parents agreed"));
    const auto item = held(sue).front();
    const auto officers = field(page, "form_token");
    EXPECT_EQ(desk.post(at(item, "reject"), {{"form_token", officers}}).status, 303);
    EXPECT_EQ(desk.post(at(item, "release"), {{"form_token", officers}}).status, 303);
    EXPECT_EQ(held(sue).front().decision, db::HeldDecision::Rejected) << "the first stands";
    EXPECT_TRUE(has(browser.get("/settings/waiting"), "It was not let pass."));
    EXPECT_FALSE(has(desk.get("/admin/student-privacy"), surname));
}

TEST_F(StudentPrivacyPages, AnAuthorDiscardsAQuestion) {
    const auto sue = member();
    publish(sue, {.text = text()});
    auto browser = signed_in(sue);
    const auto token = field(browser.get("/settings/waiting"), "form_token");
    const auto asked = questions(sue).front();
    for (int pressed = 0; pressed < 2; ++pressed)
        EXPECT_EQ(browser.post(at(asked, "discard"), {{"form_token", token}}).status, 303);
    EXPECT_TRUE(questions(sue).empty());
    EXPECT_TRUE(held(sue).empty());
    EXPECT_TRUE(has(browser.get("/settings/waiting"), "Nothing of yours waits."));
}

TEST_F(StudentPrivacyPages, NoOfficerDecidesAboutTheirOwnOrWhatModeratorsDo) {
    const auto pat = officer();
    publish(pat, {.text = text(), .students_reason = "I say so"});
    HeldId flood;
    {
        db::Tx tx(pool);
        flood = moderation::hold(tx,
                                 {.actor = "https://maple.test/users/x"},
                                 {.verdict = moderation::Verdict::Hold,
                                  .filter = "first contact",
                                  .reason = "mention-flood"},
                                 {},
                                 "{}",
                                 now);
        tx.commit();
    }
    auto desk = signed_in(pat);
    const auto page = desk.get("/admin/student-privacy");
    EXPECT_TRUE(has(page, "another privacy officer decides"));
    const auto token = field(page, "form_token");
    const auto own = held(pat).front();
    EXPECT_EQ(desk.post(at(own, "release"), {{"form_token", token}}).status, 404);
    db::HeldItem other;
    other.id = flood;
    EXPECT_EQ(desk.post(at(other, "release"), {{"form_token", token}}).status, 404);
    EXPECT_EQ(held(pat).front().decision, db::HeldDecision::Open);
}

TEST_F(StudentPrivacyPages, NotesOfOtherDistrictsArePutAway) {
    const auto pat = officer();
    const auto post = "https://maple.test/users/x/statuses/" + surname;
    {
        db::Tx tx(pool);
        ASSERT_TRUE(db::privacy_notes::insert(
            tx,
            {.host = "cedar.example", .object_uri = post, .reason = "student-name", .at = now}));
        tx.commit();
    }
    auto desk = signed_in(pat);
    const auto page = desk.get("/admin/student-privacy");
    EXPECT_TRUE(has(page, surname));
    db::PrivacyNoteId id;
    {
        db::Tx tx(pool);
        for (const auto& note : db::privacy_notes::list_unseen(tx))
            if (note.object_uri == post) id = note.id;
    }
    const auto put_away = "/admin/student-privacy/notes/" + to_string(id) + "/put-away";
    EXPECT_EQ(desk.post(put_away, {{"form_token", field(page, "form_token")}}).status, 303);
    EXPECT_FALSE(has(desk.get("/admin/student-privacy"), surname));
}

} // namespace
