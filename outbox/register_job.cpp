#include "outbox/register_job.h"

#include "base/uri.h"
#include "db/advisory_changes.h"
#include "db/jobs.h"
#include "db/users.h"
#include "federation/register.h"
#include "jobs/queue.h"
#include "mail/letters.h"
#include "moderation/list_differences.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace outbox {
namespace {

using moderation::ReadRegister;
using moderation::RegisterTaken;

constexpr auto check_job = "register_check";
constexpr int most_at_once = 200;
constexpr std::chrono::hours clock_skew{1};
constexpr auto accept = "application/activity+json, application/ld+json, application/json";
constexpr auto page_size = static_cast<std::int64_t>(federation::register_page_size);
constexpr JsonLimits json_limits{.max_depth = 8, .max_members = 5'000};

/// `reason` is the state that the row gets, `shown` is for the owner.
Error trouble(Error::Kind kind, std::string state, std::string shown) {
    Error error{.kind = kind, .detail = "register: " + shown};
    error.shown = std::move(shown);
    error.reason = std::move(state);
    return error;
}

Error unreachable(std::string shown) {
    return trouble(Error::Kind::Unavailable, "unreachable", std::move(shown));
}
Error invalid(std::string shown) {
    return trouble(Error::Kind::Invalid, "invalid", std::move(shown));
}
Error forged() {
    return trouble(
        Error::Kind::Unauthorized, "forged", "It is not signed with the key that counts.");
}
Error rewritten() {
    return trouble(Error::Kind::Forbidden,
                   "rewritten",
                   "Its history was written anew: what it said before is no part of it.");
}
Error too_large() {
    return trouble(Error::Kind::TooLarge, "too-large", "It is larger than a register may be.");
}

bool is_json(const http::Response& response) {
    const auto type = response.headers.find("Content-Type").value_or("");
    const std::string_view name = std::string_view(type).substr(0, type.find_first_of("; "));
    return name == "application/activity+json" || name == "application/ld+json" ||
           name == "application/json";
}

Result<Json> get(const RegisterReader& reader, const std::string& url, std::size_t max_bytes) {
    const auto response =
        reader.client.send({.url = url, .headers = {{"Accept", accept}}}, {.max_bytes = max_bytes});
    if (!response) {
        if (response.error().kind == Error::Kind::TooLarge) return too_large();
        return unreachable("It cannot be reached.");
    }
    if (response->status != 200)
        return unreachable(fmt::format("It answers with {}.", response->status));
    if (!is_json(*response)) return invalid("It answers with something that is no JSON.");
    if (response->body.size() > max_bytes) return too_large();
    auto document = parse_json(response->body, json_limits);
    if (document) return document;
    if (document.error().kind == Error::Kind::TooLarge) return too_large();
    return invalid("It answers with JSON that cannot be read.");
}

/// What decides about a chain: where we stand, and whether the head has the signature that counts.
struct Reading {
    const RegisterReader& reader;
    const db::Register& row;
    federation::RegisterHead head{};
    bool is_signed = false; ///< By the key that signed last.

    /// Only what the right key signed is a history that was written anew; else it is a forgery.
    Error broken() const { return is_signed ? rewritten() : forged(); }
};

/// One page more. Errors: as check_register.
Result<Done> read_page(const Reading& reading, std::int64_t number, ReadRegister& read) {
    const auto document = get(reading.reader,
                              reading.head.pages + std::to_string(number),
                              federation::max_register_page_bytes);
    if (!document) return document.error();
    const auto entries = federation::parse_register_page(*document);
    if (!entries) return invalid("A page of it is malformed.");
    for (const auto& entry : *entries) {
        if (read.chain.version == reading.head.version) break; // Added since the head was signed.
        const auto known = federation::parse_register_entry(entry);
        if (!known) return invalid("An entry of it is malformed.");
        if (known->number <= read.after) {
            if (known->number == read.after && known->hash != reading.row.last_hash)
                return reading.broken();
            continue;
        }
        auto next = federation::extend_register(read.chain, entry);
        if (!next)
            return next.error().kind == Error::Kind::Unauthorized ? forged() : reading.broken();
        read.fresh.push_back(std::move(*next));
    }
    return Done{};
}

Result<ReadRegister> read_entries(const Reading& reading) {
    const auto& row = reading.row;
    ReadRegister read{
        .head = reading.head,
        .after = row.version,
        .chain = {.version = row.version, .last = row.last_hash, .key = row.signing_key}};
    const auto end = std::chrono::steady_clock::now() + register_deadline;
    while (read.chain.version < reading.head.version) {
        if (std::chrono::steady_clock::now() > end) return unreachable("It is too slow.");
        const auto before = read.chain.version;
        const auto done = read_page(reading, before / page_size + 1, read);
        if (!done) return done.error();
        if (read.chain.version == before)
            return reading.is_signed ? invalid("Entries of it are missing.") : forged();
    }
    return read;
}

/// What its dates and numbers say before any entry is read.
std::optional<Error> check_time(const Reading& reading, Time now) {
    const auto& head = reading.head;
    const auto& row = reading.row;
    if (head.at > now + clock_skew) return invalid("It is dated in the future.");
    if (!reading.is_signed)
        return head.version > row.version ? std::nullopt : std::optional(forged());
    const bool is_older =
        head.version < row.version || (row.head_at && head.at < *row.head_at - clock_skew);
    if (is_older)
        return trouble(Error::Kind::Forbidden,
                       "rolled-back",
                       "It shows an older version of itself than we have read.");
    if (head.version == row.version && head.last != row.last_hash) return rewritten();
    if (head.at < now - moderation::register_stale_after)
        return trouble(Error::Kind::Invalid, "stale", "It was not signed anew for 14 days.");
    return std::nullopt;
}

Result<ReadRegister> read_register(const RegisterReader& reader, const db::Register& row) {
    const auto document = get(reader, row.url, federation::max_register_head_bytes);
    if (!document) return document.error();
    auto head = federation::parse_register_head(*document);
    if (!head)
        return head.error().kind == Error::Kind::TooLarge ? too_large()
                                                          : invalid("It is no register.");
    if (head->id != row.url) return invalid("It says to be another register.");
    const bool is_new = row.pinned_key.empty();
    const auto& key = is_new ? head->key : row.signing_key;
    const bool is_signed = static_cast<bool>(federation::verify_register(*document, key));
    if (is_new) return is_signed ? Result(ReadRegister{.head = *head}) : forged();
    const Reading reading{.reader = reader, .row = row, .head = *head, .is_signed = is_signed};
    if (const auto wrong = check_time(reading, reader.clock())) return *wrong;
    auto read = read_entries(reading);
    if (!read) return read;
    if (read->chain.last != head->last) return reading.broken();
    // The chain may have handed the register over to the key that signed the head.
    if (!federation::verify_register(*document, read->chain.key)) return forged();
    return read;
}

void tell_owners(db::Tx& tx, const std::string& what, const std::string& next) {
    for (const auto& user : db::users::list(tx)) {
        if (user.role != db::Role::Owner || user.state != db::MemberState::Active) continue;
        mail::post(tx, mail::Letter::Alarm, user.account, {{"what", what}, {"next", next}});
    }
}

void note(const RegisterReader& reader, const db::Register& row, const Error& error) {
    db::Tx tx(reader.pool);
    const bool matters = moderation::note_trouble(
        tx, row.id, {.state = error.reason, .problem = error.shown}, reader.clock());
    if (matters)
        tell_owners(tx,
                    fmt::format("The register \"{}\" was refused. {}", row.name, error.shown),
                    "What it said before counts as before. Ask who keeps it, or unfollow it.");
    tx.commit();
}

RegisterTaken take(const RegisterReader& reader,
                   const db::Register& row,
                   const ReadRegister& read) {
    const Time now = reader.clock();
    db::Tx tx(reader.pool);
    auto taken = RegisterTaken::Nothing;
    if (row.pinned_key.empty())
        moderation::note_shown_key(tx, row.id, read.head.key, now);
    else
        taken = moderation::take_register(tx, reader.instance, row.id, read, now);
    if (taken == RegisterTaken::Waits && !read.fresh.empty())
        tell_owners(tx,
                    fmt::format("The register \"{}\" changes much at once.", row.name),
                    "Nothing of it has an effect before somebody approves it.");
    tx.commit();
    return taken;
}

Result<jobs::Apply> run(const RegisterReader& reader, std::string_view payload) {
    std::optional<db::Register> row;
    {
        db::Tx tx(reader.pool);
        row = db::registers::find(tx, payload);
    }
    if (!row) return jobs::Apply{};
    const auto taken = check_register(reader, *row);
    // The row knows when to try again.
    if (!taken) spdlog::info("registers: name={} {}", row->name, taken.error().reason);
    return jobs::Apply{};
}

} // namespace

Result<RegisterTaken> check_register(const RegisterReader& reader, const db::Register& row) {
    const auto read = read_register(reader, row);
    if (read) return take(reader, row, *read);
    note(reader, row, read.error());
    return read.error();
}

jobs::Kind register_check_kind(const RegisterReader& reader) {
    const auto prepare = [&reader](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch)
            steps.push_back(run(reader, job.payload));
        return steps;
    };
    return {.name = check_job, .prepare = prepare, .max_failures = 1};
}

jobs::PeriodicTask register_check_task(db::Pool& pool, Clock clock) {
    return {.name = "registers.check",
            .every = std::chrono::minutes{5},
            .run = [&pool, clock = std::move(clock)](const std::stop_token&) {
                db::Tx tx(pool);
                for (const auto& row : db::registers::list_due(tx, clock(), most_at_once)) {
                    if (db::jobs::exists(tx, check_job, row.name)) continue;
                    jobs::enqueue(
                        tx,
                        {.kind = check_job, .lane = "register:" + row.name, .payload = row.name});
                }
                db::advisory_changes::forget(tx, clock() - moderation::changes_kept);
                tx.commit();
            }};
}

} // namespace outbox
