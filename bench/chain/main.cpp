#include "base/crypto.h"
#include "base/html.h"
#include "moderation/chain_settings.h"
#include "moderation/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

/// How long the twelve filters take for one activity: reading its text for filter 9 and decide(),
/// over facts as they are loaded. Neither touches the network or the database. Prints the median,
/// the 99th percentile and the longest of each kind beside the budget of POLICY section 2 and
/// beside what one HMAC costs on this machine; ends with 1 when a 99th percentile is over the
/// budget.
namespace {

using std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr double budget_us = 5'000;
constexpr int runs = 2'000;

const std::string sender = "https://cedar.example/users/alice";

std::string words(std::size_t count, std::mt19937& random) {
    static const std::vector<std::string> vocabulary = {"Maya",
                                                        "Okafor",
                                                        "Grace",
                                                        "Hill",
                                                        "reading",
                                                        "fractions",
                                                        "the",
                                                        "of",
                                                        "garden",
                                                        "IEP",
                                                        "bridge",
                                                        "strong",
                                                        "Liam",
                                                        "Nguyen",
                                                        "meeting",
                                                        "school",
                                                        "Jose",
                                                        "spelling"};
    std::string text = "<p>";
    for (std::size_t i = 0; i < count; ++i) {
        text += vocabulary[random() % vocabulary.size()];
        text += i % 14 == 13 ? ". " : " ";
        if (i % 120 == 119) text += "</p><p>";
    }
    return text + "</p>";
}

std::shared_ptr<const moderation::ChainSettings> settings() {
    std::vector<db::ContentRule> rules;
    for (int i = 0; i < 40; ++i) {
        db::ContentRule rule;
        rule.id = db::RuleId{i + 1};
        rule.kind = i % 4 == 0 ? "pattern" : i % 4 == 1 ? "link-host" : "word";
        rule.value = i % 4 == 0   ? fmt::format("gift\\s+card\\s*{}", i)
                     : i % 4 == 1 ? fmt::format("spam{}.example", i)
                                  : fmt::format("unwanted phrase {}", i);
        rule.verdict = "hold";
        rules.push_back(std::move(rule));
    }
    return std::make_shared<const moderation::ChainSettings>(
        std::set<std::string, std::less<>>{"ageing"}, moderation::ContentRules(std::move(rules)));
}

struct Case {
    std::string name;
    moderation::Subject subject;
    moderation::Facts facts;
};

Case make_case(std::string name,
               std::size_t word_count,
               std::size_t mentions,
               moderation::Direction direction,
               std::mt19937& random) {
    Case made;
    made.name = std::move(name);
    made.subject = {.direction = direction,
                    .type = "Create",
                    .actor = sender,
                    .signer = sender,
                    .id = sender + "/statuses/1/activity",
                    .authors = {sender},
                    .speaks_for = {sender},
                    .is_post = true,
                    .visibility = db::Visibility::Public,
                    .body_bytes = word_count * 8,
                    .post = sender + "/statuses/1",
                    .html = words(word_count, random),
                    .media_types = {"image/jpeg"}};
    made.facts = {
        .now = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()),
        .levels = {{sender, db::PeerLevel::Member}},
        .sender = moderation::Sender{.trust = educators::Trust::Attested},
        .settings = settings()};
    for (std::size_t i = 0; i < mentions; ++i) {
        auto uri = fmt::format("https://maple.example/users/m{}", i);
        made.subject.recipients.push_back(uri);
        made.facts.targets.emplace(uri, moderation::Target{.knows_sender = i % 2 == 0});
        made.subject.mentions.push_back(std::move(uri));
    }
    return made;
}

/// Some of what the text asks for is a student's.
void load(Case& made, const moderation::StudentReader& reader) {
    auto text = std::make_shared<const moderation::StudentText>(
        moderation::read_student_text(html_to_text(made.subject.html), reader));
    if (made.facts.known_marks.students.empty()) {
        for (int student = 0; student < 50; ++student)
            made.facts.known_marks.students.insert(student);
    }
    made.facts.student_text = std::move(text);
}

std::vector<double> measure(const std::function<void()>& work, int times) {
    std::vector<double> took;
    took.reserve(static_cast<std::size_t>(times));
    for (int i = 0; i < times; ++i) {
        const auto begin = steady_clock::now();
        work();
        took.push_back(Microseconds(steady_clock::now() - begin).count());
    }
    std::ranges::sort(took);
    return took;
}

double at(const std::vector<double>& took, double share) {
    return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
}

} // namespace

int main() {
    std::mt19937 random(20261123);
    const educators::KeyedHash hash("a key of the bench");
    const moderation::StudentReader reader{.hash = &hash,
                                           .student_domains = {"student.cedar.example"}};
    const double hmac_us =
        at(measure([] { crypto::hmac_sha256("key", "pair\0okafor maya"); }, 20'000), 0.5);
    fmt::print("limit: one HMAC-SHA-256 {:.2f} us\n", hmac_us);
    fmt::print("{:<38} {:>9} {:>9} {:>9}  {:>8} {:>9}\n",
               "activity",
               "p50 us",
               "p99 us",
               "max us",
               "of 5 ms",
               "in HMACs");
    bool fits = true;
    using enum moderation::Direction;
    std::vector<Case> cases;
    cases.push_back(make_case("a post of 50 words, 2 mentions, in", 50, 2, In, random));
    cases.push_back(make_case("a post of 50 words, 2 mentions, out", 50, 2, Out, random));
    cases.push_back(make_case("a post of 900 words (5,000 characters)", 900, 8, In, random));
    cases.push_back(make_case("50 mentions of strangers", 80, 50, In, random));
    for (auto& made : cases) {
        const auto took = measure(
            [&] {
                load(made, reader);
                static_cast<void>(moderation::decide(made.subject, made.facts));
            },
            runs);
        const double p99 = at(took, 0.99);
        fits = fits && p99 <= budget_us;
        fmt::print("{:<38} {:>9.1f} {:>9.1f} {:>9.1f}  {:>8.3f} {:>9.0f}\n",
                   made.name,
                   at(took, 0.5),
                   p99,
                   took.back(),
                   p99 / budget_us,
                   p99 / hmac_us);
    }
    return fits ? 0 : 1;
}
