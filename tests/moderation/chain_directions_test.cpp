#include "moderation/chain_settings.h"
#include "moderation/filters.h"

#include <gtest/gtest.h>

#include <functional>

namespace moderation {
namespace {

const std::string alice = "https://cedar.example/users/alice";
const std::string bob = "https://maple.test/users/bob";

const educators::KeyedHash hash("a key of tests");

struct Setting {
    Subject subject;
    Facts facts;
};

Setting neutral(Direction direction) {
    const auto& actor = direction == Direction::In ? alice : bob;
    const auto& other = direction == Direction::In ? bob : alice;
    Setting setting;
    setting.subject = {.direction = direction,
                       .type = "Create",
                       .actor = actor,
                       .signer = actor,
                       .speaks_for = {actor},
                       .is_post = true,
                       .visibility = db::Visibility::Public,
                       .mentions = {other},
                       .html = "<p>Hello</p>"};
    setting.facts = {.now = system_now(),
                     .levels = {{alice, db::PeerLevel::Member}, {bob, db::PeerLevel::Member}}};
    if (direction == Direction::In)
        setting.facts.sender = Sender{.trust = educators::Trust::Attested};
    setting.facts.targets[other] = {.is_local = direction == Direction::In, .follows_sender = true};
    return setting;
}

struct Cell {
    int filter;
    const char* in;  ///< The verdict on what comes in; "": the row has nothing to say there.
    const char* out; ///< On what goes out.
    std::function<void(Setting&)> change;
};

std::shared_ptr<const ChainSettings> rule(const char* kind, const char* value) {
    db::ContentRule one;
    one.id = db::RuleId{1};
    one.kind = kind;
    one.value = value;
    one.verdict = "hold";
    return std::make_shared<const ChainSettings>(std::set<std::string, std::less<>>{},
                                                 ContentRules({one}));
}

Target& other(Setting& setting) {
    return setting.facts.targets.begin()->second;
}

// POLICY section 2: every activity, in either direction, runs through one chain. Where a row says
// nothing about a direction, that is the table's word and not an accident:
// 3 nobody attests ours to us; 8 mentions of a shielded member are put aside by the notification
// policy; 12 ours cannot date a post.
const std::vector<Cell> cells = {
    {1, "reject", "reject", [](Setting& s) { s.subject.body_bytes = 2UL << 20; }},
    {2,
     "reject",
     "strip",
     [](Setting& s) {
         s.facts.levels.clear();
         s.facts.levels[bob] = db::PeerLevel::Member;
         other(s).is_authorized = false;
     }},
    {3,
     "hold",
     "",
     [](Setting& s) { s.facts.sender = Sender{.trust = educators::Trust::Revoked}; }},
    {3,
     "",
     "reject",
     [](Setting& s) {
         s.facts.sender = Sender{.limited = true, .trust = educators::Trust::Attested};
         s.facts.sender_is_followed = true;
         other(s).follows_sender = false;
     }},
    {3,
     "",
     "",
     [](Setting& s) {
         s.facts.sender = Sender{.limited = true, .trust = educators::Trust::Attested};
         s.facts.sender_is_followed = true;
     }},
    {4,
     "strip",
     "strip",
     [](Setting& s) {
         s.subject.visibility = db::Visibility::Private;
         s.subject.local_only = true;
         other(s).follows_sender = false;
     }},
    {5, "drop", "strip", [](Setting& s) { other(s).blocks_sender = true; }},
    {6,
     "limit",
     "hold",
     [](Setting& s) {
         for (int i = 0; i < 30; ++i)
             s.subject.mentions.push_back("https://maple.test/users/u" + std::to_string(i));
     }},
    {8,
     "limit",
     "",
     [](Setting& s) {
         other(s).is_shielded = true;
         other(s).knows_sender = false;
     }},
    {8,
     "limit",
     "reject",
     [](Setting& s) {
         s.subject.type = "Announce";
         s.subject.is_post = false;
         s.facts.object_owner = s.facts.targets.begin()->first;
         other(s).is_shielded = true;
         other(s).knows_sender = false;
     }},
    {9,
     "hold",
     "hold",
     [](Setting& s) {
         const auto marks =
             educators::marks_of_student(hash, {.given = "Maya", .family = "Okafor"}, {});
         s.facts.known_marks.students = {marks.begin(), marks.end()};
         s.facts.student_text = std::make_shared<const StudentText>(
             read_student_text("Maya Okafor won", {.hash = &hash}));
     }},
    {10,
     "hold",
     "hold",
     [](Setting& s) {
         s.subject.html = "<p>a gift card</p>";
         s.facts.settings = rule("word", "gift card");
     }},
    {12,
     "hold",
     "reject",
     [](Setting& s) { s.facts.edited = Edited{.approvals = 10, .kept = 0.1}; }},
    {12,
     "limit",
     "",
     [](Setting& s) { s.subject.published = s.facts.now - std::chrono::hours{24 * 1'000}; }},
};

std::string verdict_of(int number, Setting setting, const std::function<void(Setting&)>& change) {
    change(setting);
    for (const FilterRow& row : filters()) {
        if (row.number != number || row.filter == nullptr) continue;
        const auto finding = row.filter(setting.subject, setting.facts);
        return finding ? std::string(to_string(finding->verdict)) : "";
    }
    return "no such row";
}

TEST(ChainDirections, EachRowSaysWhatTheTableSaysInEitherDirection) {
    for (const auto& cell : cells) {
        SCOPED_TRACE(cell.filter);
        EXPECT_EQ(verdict_of(cell.filter, neutral(Direction::In), cell.change), cell.in);
        EXPECT_EQ(verdict_of(cell.filter, neutral(Direction::Out), cell.change), cell.out);
    }
}

TEST(ChainDirections, NothingIsStoppedInEitherDirectionWhenNothingIsWrong) {
    for (const auto direction : {Direction::In, Direction::Out}) {
        const auto setting = neutral(direction);
        EXPECT_EQ(decide(setting.subject, setting.facts).verdict, Verdict::Accept);
    }
}

// Whatever else holds a post: where a student may be named the author is asked.
TEST(ChainDirections, AStrongerOrEarlierVerdictDoesNotHideThatAStudentIsNamed) {
    auto setting = neutral(Direction::Out);
    for (const auto& cell : cells)
        if (cell.filter == 6 || cell.filter == 9) cell.change(setting);
    const auto decision = decide(setting.subject, setting.facts);
    EXPECT_EQ(decision.filter, "first contact");
    EXPECT_EQ(decision.effects.about_students, "student-name");
}

TEST(ChainDirections, PicturesAreAskedAboutOnTheWayOutOnly) {
    const auto verdict = [](Direction direction, const char* text, bool no_student_seen) {
        auto setting = neutral(direction);
        setting.subject.media_types = {"image/jpeg"};
        setting.subject.no_student_seen = no_student_seen;
        setting.facts.student_text =
            std::make_shared<const StudentText>(read_student_text(text, {.hash = &hash}));
        return decide(setting.subject, setting.facts);
    };
    EXPECT_EQ(verdict(Direction::Out, "my students at work", false).reason, "student-seen");
    EXPECT_EQ(verdict(Direction::Out, "the new report card", false).reason, "student-seen");
    EXPECT_EQ(verdict(Direction::Out, "my students at work", true).verdict, Verdict::Accept);
    EXPECT_EQ(verdict(Direction::Out, "our new bicycle shed", false).verdict, Verdict::Accept);
    EXPECT_EQ(verdict(Direction::In, "my students at work", false).verdict, Verdict::Accept);
}

} // namespace
} // namespace moderation
