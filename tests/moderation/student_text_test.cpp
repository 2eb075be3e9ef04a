#include "educators/student_marks.h"
#include "moderation/student_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace moderation {
namespace {

using educators::RosterName;

const educators::KeyedHash hash("a key of tests");

StudentReader reader() {
    return {.hash = &hash, .student_domains = {"student.cedarfork.example"}};
}

void enrol(KnownMarks& known,
           const RosterName& name,
           const std::vector<std::string_view>& numbers = {}) {
    const auto marks = educators::marks_of_student(hash, name, numbers);
    known.students.insert(marks.begin(), marks.end());
}

void employ(KnownMarks& known, const RosterName& name) {
    const auto marks = educators::marks_of_pairs(hash, name);
    known.staff.insert(marks.begin(), marks.end());
}

KnownMarks school() {
    KnownMarks known;
    enrol(known, {.given = "Maya", .family = "Okafor"}, {"4821377", "mokafor27"});
    enrol(known, {.given = "José Luis", .family = "de la Cruz"});
    enrol(known, {.given = "Anne-Marie", .family = "O’Brien-Smith"});
    enrol(known, {.given = "Will", .family = "May"});
    enrol(known,
          {.given = "Alexander",
           .family = "Łukasz",
           .preferred_given = "Sasha",
           .preferred_family = "Müller"});
    enrol(known, {.given = "Joy", .family = "Haddad"});
    employ(known, {.given = "Joy", .family = "Haddad"});
    return known;
}

std::string judge(std::string_view text, bool by_ours = true) {
    static const auto known = school();
    return std::string(
        names_student(read_student_text(text, reader()), known, by_ours).value_or(""));
}

TEST(StudentText, FindsANameHoweverItIsWritten) {
    const struct {
        const char* text;
        const char* reason;
    } cases[] = {
        {"Maya Okafor was great today", "student-name"},
        {"maya okafor was great today", "student-name"},
        {"MAYA OKAFOR", "student-name"},
        {"Okafor, Maya", "student-name"},
        {"Okafor Maya", "student-name"},
        {"Maya J. Okafor", "student-name"},
        {"Maya Joy Okafor", "student-name"},
        {"Maya Okafor's poem", "student-name"},
        {"Maya-Okafor", "student-name"},
        {"#MayaOkafor", "student-name"},
        {"https://school.example/maya-okafor.jpg", "student-name"},
        {"maya_okafor.docx and maya.okafor", "student-name"},
        {"Ma\u00ADya Oka\u200Bfor", "student-name"},
        {"Jose de la Cruz", "student-name"},
        {"JOSÉ CRUZ", "student-name"},
        {"Jose\u0301 Luis De La Cruz", "student-name"},
        {"Luis Cruz", "student-name"},
        {"Anne Marie O'Brien", "student-name"},
        {"Annemarie OBrien-Smith", "student-name"},
        {"Marie Smith", "student-name"},
        {"Sasha Muller", "student-name"},
        {"Alexander Lukasz", "student-name"},
        {"Will May wrote this", "student-name"},
        {"I will may be later", ""},
        {"Maya. Okafor", ""},
        {"Maya wrote to Mr. Okafor", ""},
        {"a Maya temple", ""},
        {"Maya\nOkafor", ""},
        {"Joy Haddad teaches grade 4", ""},
        {"", ""},
    };
    for (const auto& c : cases)
        EXPECT_EQ(judge(c.text), c.reason) << c.text;
}

TEST(StudentText, FindsNumbersAddressesAndLists) {
    const struct {
        const char* text;
        const char* reason;
    } cases[] = {
        {"ticket 4821377 please", "student-number"},
        {"her login is mokafor27", "student-number"},
        {"ticket 4821378 please", ""},
        {"SSN 123-45-6789", "student-number"},
        {"call 555-0142", ""},
        {"2025-26-2027", ""},
        {"student ID: 48213", "student-number"},
        {"student number is 1998", "student-number"},
        {"the student council of 1998", ""},
        {"write to x@student.cedarfork.example.", "student-mail"},
        {"write to x@cedarfork.example", ""},
        {"class list:\nAda Lane\nBo Reed\nCy Moss, Jr\nDee Vance\nEd Frost", "student-list"},
        {"Ada Lane\nBo Reed\nCy Moss\nDee Vance\nEd Frost", ""},
        {"My class list import fails\nwhat now?\nany help?\nplease\nthanks\nall", ""},
    };
    for (const auto& c : cases)
        EXPECT_EQ(judge(c.text), c.reason) << c.text;
}

TEST(StudentText, AGivenNameNextToARecordCountsForOursOnly) {
    EXPECT_EQ(judge("IEP meeting for Maya at noon"), "student-record");
    EXPECT_EQ(judge("Maya has a 504 now"), "student-record");
    EXPECT_EQ(judge("Maya's report card is late"), "student-record");
    EXPECT_EQ(judge("IEP meeting for Maya at noon", false), "")
        << "elsewhere another Maya goes to school";
    EXPECT_EQ(judge("Maya is late"), "");
    EXPECT_EQ(judge("an IEP workshop about the Incas and others. Long after that, in another "
                    "sentence, we read of Maya people"),
              "");
    EXPECT_EQ(judge("IEP team: Ms. Maya and others"), "") << "an adult";
    EXPECT_EQ(judge("IEP team: Joy Haddad"), "") << "staff";
    EXPECT_EQ(judge("an IEP will help"), "") << "a name that is a word";
}

TEST(StudentText, StandsHugeAndBrokenInput) {
    std::string huge;
    for (int i = 0; i < 60'000; ++i)
        huge += "Maya ";
    EXPECT_EQ(judge(huge), "");
    EXPECT_LE(read_student_text(huge, reader()).pairs.size(), 60'000U);
    EXPECT_EQ(judge("Maya \xff\xfe Okafor\xc3"), "student-name");
    EXPECT_EQ(judge(std::string(100'000, '-')), "");
    EXPECT_EQ(judge(std::string(100'000, '@')), "");
}

std::vector<std::string> words_after(const std::string& label) {
    std::ifstream file("tests/data/student_privacy/roster_names.txt");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(label)) continue;
        std::istringstream in(line.substr(label.size()));
        return {std::istream_iterator<std::string>(in), {}};
    }
    return {};
}

// 5,000 students, a third of them called by words of every day, and posts as teachers write them.
TEST(StudentText, CommonWordsDoNotTripIt) {
    KnownMarks known;
    const auto families = words_after("family: ");
    for (const auto& given : words_after("given: "))
        for (const auto& family : families)
            if (given != family) enrol(known, {.given = given, .family = family});
    ASSERT_GT(known.students.size(), 4'500U);

    std::ifstream file("tests/data/student_privacy/normal_posts.txt");
    std::vector<std::string> hits;
    int posts = 0;
    for (std::string line; std::getline(file, line); ++posts)
        if (names_student(read_student_text(line, reader()), known, true)) hits.push_back(line);
    ASSERT_GT(posts, 50);
    // Somebody famous who is called as a student is.
    for (const auto& hit : hits)
        EXPECT_TRUE(hit.starts_with("Will Smith") || hit.find("Luther King") != hit.npos) << hit;
    EXPECT_LE(hits.size(), 2U);
    RecordProperty("posts", posts);
    RecordProperty("held", static_cast<int>(hits.size()));
}

} // namespace
} // namespace moderation
