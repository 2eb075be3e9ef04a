#include "mail/queue.h"

#include "base/crypto.h"
#include "db/users.h"
#include "jobs/queue.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace mail {
namespace {

constexpr auto mail_job = "mail";
constexpr int max_failures = 12;
constexpr std::chrono::days digest_every{7};

/// What a job says: the letter, the member, and values that were known when it was posted.
struct Order {
    Letter letter = Letter::Confirm;
    AccountId to{};
    Values values{};
};

std::optional<Order> parse_order(const std::string& payload) {
    const auto json = Json::parse(payload, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto letter = parse_letter(json.value("letter", ""));
    const auto to = parse_id(json.value("to", ""));
    if (!letter || !to) return std::nullopt;
    return Order{*letter, AccountId{*to}, json.value("values", Values{})};
}

Result<Done> send(const Post& post, const jobs::Claimed& job) {
    const auto order = parse_order(job.payload);
    if (!order) return Error{Error::Kind::Invalid, "mail: no such order"};
    if (!post.relay.is_configured()) return Done{};
    std::optional<Message> message;
    {
        db::Tx tx(post.pool, db::Durability::PerStatement);
        message = write(tx, post.writer, order->letter, order->to, order->values, job.created_at);
    }
    if (!message) return Done{};
    // The same for every try: whoever gets it twice sees it once.
    message->id = fmt::format("letter.{}@{}", job.id, post.writer.instance.handle_host);
    auto bytes = render_message(*message);
    if (!bytes) return bytes.error();
    const auto sent = post.relay.send(message->from, message->to, std::move(*bytes));
    if (!sent) {
        spdlog::debug("mail: not sent letter={} attempt={} {}",
                      to_string(order->letter),
                      job.attempts,
                      sent.error().detail);
    }
    return sent;
}

jobs::Apply nothing_more() {
    return {};
}

} // namespace

void post(db::Tx& tx, Letter letter, AccountId to, const Values& values) {
    jobs::enqueue(
        tx,
        {.kind = mail_job,
         .lane = "mail:" + to_string(to),
         .payload = Json{{"letter", to_string(letter)}, {"to", to_string(to)}, {"values", values}}
                        .dump()});
}

std::vector<jobs::Kind> job_kinds(const Post& post) {
    return {{.name = mail_job,
             .prepare =
                 [&post](std::span<const jobs::Claimed> batch) {
                     std::vector<Result<jobs::Apply>> steps;
                     for (const auto& job : batch) {
                         const auto sent = send(post, job);
                         if (sent)
                             steps.emplace_back(nothing_more());
                         else
                             steps.emplace_back(sent.error());
                     }
                     return steps;
                 },
             .max_failures = max_failures}};
}

void post_digests(db::Tx& tx, Time now) {
    for (const auto account : db::users::claim_digests(tx, now, now - digest_every))
        post(tx, Letter::Digest, account);
}

} // namespace mail
