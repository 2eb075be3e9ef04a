#include "moderation/audit_chain.h"

#include "base/crypto.h"
#include "base/json.h"

#include <fmt/format.h>

#include <map>

namespace moderation {
namespace {

using db::audit_chain::Line;

constexpr int lines_at_once = 1'000;
constexpr std::size_t most_faults = 20;
constexpr std::chrono::minutes soon_enough{1};

void add(std::string& bytes, std::string_view text) {
    bytes += std::to_string(text.size());
    bytes += ':';
    bytes += text;
    bytes += ',';
}

/// Walks the lines and remembers what the next one has to carry.
class Check {
  public:
    explicit Check(ChainReport& report) : report_(report) {}

    void take(const Line& line) {
        const auto expected = report_.lines + 1;
        if (line.number != expected) {
            fault(line.number,
                  line.number == expected + 1
                      ? fmt::format("line {} is missing", expected)
                      : fmt::format("lines {} to {} are missing", expected, line.number - 1));
        } else if (const auto hash = hash_of(before_, line); hash != line.hash) {
            fault(line.number,
                  fmt::format("line {} ({} by {} at {}) is not what was written: it was changed, "
                              "or is another line in its place",
                              line.number,
                              line.act,
                              line.actor,
                              line.at));
        }
        // Goes on from what stands there, so that one wrong line is one fault.
        before_ = line.hash;
        report_.lines = line.number;
        report_.last_hash = line.hash;
    }

    void fault(std::int64_t line, std::string what) {
        if (!is_full()) report_.faults.push_back({line, std::move(what)});
    }
    bool is_full() const { return report_.faults.size() >= most_faults; }

  private:
    ChainReport& report_;
    std::string before_ = first_hash();
};

void compare(db::Tx& tx, const Remembered& remembered, Check& check, ChainReport& report) {
    ++report.compared;
    const auto line = db::audit_chain::find(tx, remembered.line);
    if (!line) {
        check.fault(remembered.line,
                    fmt::format("{} knows line {}, which is gone: the end of the log was removed",
                                remembered.from,
                                remembered.line));
    } else if (line->hash != remembered.hash) {
        check.fault(remembered.line,
                    fmt::format("{} knows line {} with another hash: what stands up to there was "
                                "written anew",
                                remembered.from,
                                remembered.line));
    }
}

} // namespace

std::string first_hash() {
    constexpr std::size_t digits = 64;
    return std::string(digits, '0');
}

std::string hash_of(std::string_view hash_before, const Line& line) {
    std::string bytes;
    add(bytes, hash_before);
    add(bytes, std::to_string(line.number));
    for (const auto* text : {&line.at,
                             &line.actor,
                             &line.act,
                             &line.subject,
                             &line.verdict,
                             &line.filter,
                             &line.reason,
                             &line.rule_version,
                             &line.details})
        add(bytes, *text);
    return crypto::hex(crypto::sha256(bytes));
}

std::string export_line(const Line& line) {
    return dump_json({{"line", line.number},
                      {"hash", line.hash},
                      {"at", line.at},
                      {"actor", line.actor},
                      {"act", line.act},
                      {"subject", line.subject},
                      {"verdict", line.verdict},
                      {"filter", line.filter},
                      {"reason", line.reason},
                      {"rule_version", line.rule_version},
                      {"details", line.details}});
}

std::size_t chain_audit_log(db::Tx& tx) {
    db::audit_chain::lock(tx);
    auto lines = db::audit_chain::list_unchained(tx, lines_at_once);
    if (lines.empty()) return 0;
    auto [number, hash] = db::audit_chain::head(tx);
    if (number == 0) hash = first_hash();
    for (Line& line : lines) {
        line.number = ++number;
        line.hash = hash = hash_of(hash, line);
    }
    db::audit_chain::write(tx, lines);
    return lines.size();
}

ChainReport verify_audit_log(db::Pool& pool, const std::vector<Remembered>& remembered, Time now) {
    ChainReport report;
    Check check(report);
    db::Tx tx(pool);
    for (;;) {
        const auto lines = db::audit_chain::list_after(tx, report.lines, lines_at_once);
        for (const Line& line : lines)
            if (!check.is_full()) check.take(line);
        if (lines.size() < lines_at_once || check.is_full()) break;
    }
    report.unchained = db::audit_chain::count_unchained_before(tx, now - soon_enough);
    constexpr int most_checkpoints = 10'000;
    for (const auto& own : db::audit_chain::list_own(tx, most_checkpoints))
        compare(
            tx, {own.number, own.hash, "the checkpoint of " + format_date(own.at)}, check, report);
    for (const auto& kept : remembered)
        compare(tx, kept, check, report);
    return report;
}

} // namespace moderation
