#include "outbox/held_posts.h"

#include "base/json_reader.h"
#include "db/accounts.h"
#include "db/audit_log.h"
#include "db/held_items.h"
#include "moderation/held.h"
#include "outbox/draft_json.h"
#include "outbox/held_edits.h"
#include "outbox/publish.h"

namespace outbox {
namespace {

void record_failure(db::Tx& tx, const db::HeldItem& held, const Error& error, Time now) {
    const auto author = db::accounts::find(tx, held.account);
    db::audit_log::insert(tx,
                          {
                              .at = now,
                              .actor = "outbox",
                              .act = "held.failed",
                              .subject = author ? author->uri : "",
                              .filter = held.filter,
                              .reason = held.reason,
                              .rule_version = held.rule_version,
                              .details = {{"held", to_string(held.id)}, {"why", error.detail}},
                          });
}

void go_on(db::Tx& tx, const HeldPostDeps& deps, const std::string& payload) {
    const auto document = parse_json(payload);
    if (!document) throw std::logic_error("held_post: a job that we did not write");
    JsonReader json(*document);
    const auto id = parse_id(json.text("held"));
    const auto held = id ? db::held_items::find(tx, HeldId{*id}) : std::nullopt;
    if (!held || json.text("decision") != "release") return;
    const auto draft = parse_json(held->payload);
    if (!draft) throw std::logic_error("held_post: a draft that we did not write");
    const Time now = deps.clock();
    const Acting acting{
        .instance = deps.instance, .peers = deps.peers, .account = held->account, .now = now};
    const auto edited = read_edit(*draft);
    const auto published = edited ? edit_released(tx, acting, *edited, held->created_at)
                                  : publish_released(tx, acting, read_draft(*draft));
    if (!published) record_failure(tx, *held, published.error(), now);
}

} // namespace

jobs::Kind held_post_kind(const HeldPostDeps& deps) {
    return {.name = moderation::held_post_job,
            .prepare = [deps](std::span<const jobs::Claimed> batch) {
                std::vector<Result<jobs::Apply>> steps;
                for (const auto& job : batch) {
                    steps.emplace_back(jobs::Apply(
                        [deps, payload = job.payload](db::Tx& tx) { go_on(tx, deps, payload); }));
                }
                return steps;
            }};
}

} // namespace outbox
