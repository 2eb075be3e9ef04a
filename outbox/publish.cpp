#include "outbox/publish.h"

#include "base/text.h"
#include "db/interaction_defaults.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/draft.h"
#include "outbox/asking.h"
#include "outbox/compose.h"
#include "outbox/consent.h"
#include "outbox/deliver.h"
#include "outbox/draft_json.h"
#include "outbox/emoji.h"
#include "outbox/narrow.h"
#include "outbox/partner_label.h"
#include "outbox/pile.h"
#include "outbox/quote.h"
#include "outbox/staying.h"
#include "statuses/audience.h"
#include "statuses/cards.h"
#include "statuses/policy.h"
#include "statuses/render.h"
#include "statuses/store.h"
#include "timelines/fan_out.h"

#include <fmt/format.h>

#include <algorithm>

namespace outbox {
namespace {

/// Whether a person has looked at a draft that a filter holds.
enum class Review { Open, Passed };

constexpr std::size_t max_language_bytes = 35; ///< RFC 5646 section 4.4.1.

Result<Done> check(const Draft& draft) {
    const bool has_more = !draft.media.empty() || draft.poll.has_value() || draft.quoted;
    if (const auto text = check_text(draft.text, draft.spoiler_text, has_more); !text) return text;
    if (draft.media.size() > max_attachments) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "too many attachments",
                     .shown = "Cannot attach more than 4 files"};
    }
    if (draft.poll && !draft.media.empty()) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "poll and media",
                     .shown = "Cannot attach files to a poll"};
    }
    if (draft.language.size() > max_language_bytes) {
        return Error{.kind = Error::Kind::Unprocessable,
                     .detail = "language",
                     .shown = "Validation failed: Language is not valid"};
    }
    if (draft.poll) return check_poll(*draft.poll);
    return Done{};
}

Result<Json> policy_of(db::Tx& tx, AccountId author, const Draft& draft) {
    auto policy = draft.quote_policy.empty()
                      ? statuses::usual_policy(draft.visibility)
                      : statuses::policy_named(draft.quote_policy, draft.visibility);
    if (!policy) return policy;
    const auto others = draft.interactions.is_null()
                            ? db::interaction_defaults::find(tx, author, draft.visibility)
                            : draft.interactions;
    if (others.is_object()) policy->update(others);
    return policy;
}

void write_place_in_thread(db::Status& status,
                           const Instance& instance,
                           const std::optional<db::Status>& parent) {
    status.thread = status.id.value;
    if (parent) {
        status.in_reply_to = parent->id;
        status.in_reply_to_uri = parent->uri;
        status.in_reply_to_account = parent->author;
        status.thread = parent->thread;
        status.context_uri = parent->context_uri;
        status.conversation = parent->conversation;
    }
    // Ours begin a thread with a context of our own; answers copy what the parent says.
    if (!parent) status.context_uri = federation::context_uri(instance, status.thread);
    if (status.conversation.empty()) status.conversation = status.context_uri;
}

db::Status make_status(db::Tx& tx,
                       const Acting& acting,
                       const db::Account& author,
                       const Draft& draft,
                       const std::optional<db::Status>& parent) {
    const Instance& instance = acting.instance;
    const auto id = db::statuses::new_id(tx, acting.now);
    const std::string uri = federation::status_uri(instance, author.username, id);
    db::Status status{
        .id = id,
        .uri = uri,
        .url = federation::post_url(instance, author.username, id),
        .author = author.id,
        .local = true,
        .object_type = draft.poll ? "Question" : "Note",
        .activity_uri = federation::activity_uri(uri),
        .text = draft.text,
        .spoiler_text = std::string(trim(draft.spoiler_text)),
        .sensitive = draft.sensitive || !trim(draft.spoiler_text).empty(),
        .language = draft.language,
        .visibility = draft.visibility,
        .local_only = draft.local_only || (parent && parent->local_only),
        .app = draft.app,
        .replies_uri = federation::replies_uri(uri),
        .created_at = acting.now,
    };
    write_place_in_thread(status, instance, parent);
    return status;
}

void write_poll(db::Tx& tx, db::Status& status, const PollDraft& draft, Time now) {
    db::Poll poll{.status = status.id,
                  .multiple = draft.multiple,
                  .hide_totals = draft.hide_totals,
                  .voters_count = 0,
                  .expires_at = now + draft.expires_in};
    for (const std::string& option : draft.options)
        poll.options.push_back(clean_text(option, max_poll_option_characters));
    poll.tallies.assign(poll.options.size(), 0);
    status.poll = db::polls::insert(tx, poll);
}

/// A draft with all that it refers to. Everything that can be refused is refused before the first
/// row is written.
struct Plan {
    Draft draft{};
    db::Account author{};
    std::optional<db::Status> parent{};
    std::optional<db::Status> quoted{};
    Json policy{};
    bool asks_leave = false; ///< The parent's author wants to be asked.
    std::optional<Narrow> narrow{};
};

Result<Plan> plan_of(db::Tx& tx, const Acting& acting, const Draft& draft) {
    auto author = find_staying_self(tx, acting);
    if (!author) return author.error();
    if (const auto checked = check(draft); !checked) return checked.error();
    if (const auto checked = check_hashtags(tx, draft.text); !checked) return checked.error();
    Plan plan{.draft = draft, .author = std::move(*author)};
    if (draft.in_reply_to) {
        auto parent = find_readable(tx, acting, draft.in_reply_to);
        if (!parent) return parent.error();
        const auto leave = ask_policy(tx, statuses::Interaction::Reply, *parent, plan.author);
        if (!leave) return leave.error();
        plan.asks_leave = *leave == statuses::QuoteAnswer::Ask;
        plan.parent = std::move(*parent);
    }
    auto narrow = narrow_down(tx, acting, plan.draft, plan.parent);
    if (!narrow) return narrow.error();
    plan.narrow = std::move(*narrow);
    if (plan.narrow && plan.asks_leave) return cannot_ask_narrowly();
    auto quoted = find_quoted(tx, acting, plan.author, plan.draft);
    if (!quoted) return quoted.error();
    plan.quoted = std::move(*quoted);
    auto policy = policy_of(tx, plan.author.id, plan.draft);
    if (!policy) return policy.error();
    plan.policy = plan.narrow ? without_boosts(std::move(*policy)) : std::move(*policy);
    const auto media = check_media(tx, plan.author.id, draft.media, {});
    if (!media) return media.error();
    return plan;
}

/// What the filters look at.
moderation::Outgoing describe(db::Tx& tx,
                              const Acting& acting,
                              const Plan& plan,
                              const std::vector<db::Account>& mentioned) {
    const Draft& draft = plan.draft;
    moderation::Outgoing outgoing{.visibility = draft.visibility,
                                  .local_only = draft.local_only,
                                  .mentioned = mentioned,
                                  .about = plan.parent,
                                  .body_bytes = draft.text.size(),
                                  .html = format_text(acting.instance, draft.text, mentioned),
                                  .spoiler_text = draft.spoiler_text,
                                  .no_student_seen = draft.no_student_seen};
    describe_media(tx, plan.author.id, draft.media, outgoing);
    if (draft.poll)
        for (const std::string& option : draft.poll->options)
            outgoing.more_text += option + "\n";
    return outgoing;
}

/// The draft waits for a person, who may let it pass (outbox/held_posts.h).
Error hold(db::Tx& tx,
           const Acting& acting,
           const db::Account& author,
           const Draft& draft,
           const moderation::Decision& decision) {
    moderation::hold_draft(tx, author, decision, dump_json(write_draft(draft)), acting.now);
    return {.kind = Error::Kind::Forbidden,
            .detail = held_for_review,
            .shown =
                fmt::format("Your post is kept and waits for a moderator, who may let it pass: {}",
                            moderation::explain(decision.reason)),
            .reason = std::string(decision.reason)};
}

} // namespace

void send_post(db::Tx& tx, const Json& object, const db::Status& status) {
    if (statuses::is_narrow(tx, status))
        return send_narrowly(tx, federation::render_create(object), status);
    const bool is_for_followers = status.visibility == db::Visibility::Public ||
                                  status.visibility == db::Visibility::Unlisted ||
                                  status.visibility == db::Visibility::Private;
    deliver(tx,
            {.signer = status.author,
             .body = dump_json(federation::render_create(object)),
             .object_uri = status.uri,
             .inboxes = audience_of(tx, readers_of(tx, status)),
             .sync_followers = is_for_followers,
             .remember_inboxes = true});
}

Result<Done> check_draft(db::Tx& tx, const Acting& acting, const Draft& draft, Time at) {
    const auto plan = plan_of(tx, acting, draft);
    if (!plan) return plan.error();
    if (!draft.students_reason.empty()) return Done{};
    const auto mentioned = find_mentioned(tx, acting.instance, draft.text);
    const auto reason = moderation::find_student_named(
        tx, acting.peers, plan->author, describe(tx, acting, *plan, mentioned), acting.now);
    if (!reason.empty()) return ask_about_students(tx, acting, draft, reason, at);
    return Done{};
}

static Result<db::Status> publish(db::Tx& tx,
                                  const Acting& acting,
                                  const Draft& given,
                                  Review review);

bool is_held(const Error& error) {
    return error.kind == Error::Kind::Forbidden && error.detail == held_for_review;
}

Result<db::Status> publish(db::Tx& tx, const Acting& acting, const Draft& draft) {
    return publish(tx, acting, draft, Review::Open);
}

Result<db::Status> publish_released(db::Tx& tx, const Acting& acting, const Draft& draft) {
    return publish(tx, acting, draft, Review::Passed);
}

static Result<db::Status> publish(db::Tx& tx,
                                  const Acting& acting,
                                  const Draft& given,
                                  Review review) {
    auto plan = plan_of(tx, acting, given);
    if (!plan) return plan.error();
    const auto& [draft, author, parent, quoted, policy, asks_leave, narrow] = *plan;

    auto mentioned = find_mentioned(tx, acting.instance, draft.text);
    if (narrow) {
        if (const auto checked = check_belong(tx, *narrow, mentioned); !checked)
            return checked.error();
    }
    const auto outgoing = describe(tx, acting, *plan, mentioned);
    const auto decision = moderation::check_draft(tx, acting.peers, author, outgoing, acting.now);
    const bool holds = decision.verdict == moderation::Verdict::Hold;
    const auto about_students = decision.effects.about_students;
    if (holds && review == Review::Open) {
        if (!about_students.empty() && given.students_reason.empty())
            return ask_about_students(tx, acting, given, about_students, std::nullopt);
        return hold(tx, acting, author, given, decision);
    }
    if (!decision.passes() && !holds) {
        return Error{.kind = moderation::kind_of_refusal(decision),
                     .detail = std::string(decision.reason),
                     .shown = std::string(moderation::explain(decision.reason)),
                     .reason = std::string(decision.reason)};
    }
    std::erase_if(mentioned, [&](const db::Account& account) {
        return std::ranges::find(decision.effects.stripped_mentions, account.uri) !=
               decision.effects.stripped_mentions.end();
    });

    db::Status status = make_status(tx, acting, author, draft, parent);
    status.spoiler_text = warning_with_label(author, std::move(status.spoiler_text));
    status.interaction_policy = policy;
    if (quoted) write_quote(tx, acting, status, *quoted);
    status.content = with_label(author, format_text(acting.instance, draft.text, mentioned));
    if (narrow) status.content = statuses::label_of(narrow->audience, author.id) + status.content;
    status.emojis = emojis_in(tx, acting.instance, status.spoiler_text + "\n" + status.text);
    status.muted_reach = decision.effects.quiet;
    if (!narrow) status.card = statuses::card_of(status);
    statuses::store(tx, status);
    statuses::queue_card(tx, status);
    if (narrow) db::audiences::set(tx, status.id, narrow->audience);
    const auto attached = attach_media(tx, author.id, status.id, draft.media);
    if (!attached) return attached.error();
    std::vector<AccountId> readers;
    for (const db::Account& account : mentioned)
        readers.push_back(account.id);
    db::mentions::insert_all(tx, status.id, readers, false);
    // A direct post is for those whom it mentions, and nobody else.
    if (narrow && status.visibility == db::Visibility::Limited)
        db::mentions::insert_all(tx, status.id, narrow->circle, true);
    write_hashtags(tx, status.id, draft.text);
    if (draft.poll) write_poll(tx, status, *draft.poll, acting.now);

    if (draft.poll) db::statuses::update_content(tx, status);
    const Json object = statuses::render_object(tx, acting.instance, status);
    status.document = dump_json(object);
    db::statuses::set_document(tx, status.id, status.document);

    timelines::fan_out(tx, status, acting.now);
    note_pile(tx, author, outgoing, acting.now);
    if (asks_leave)
        ask_for_leave(tx, status, *parent, object);
    else
        send_post(tx, object, status);
    if (quoted) ask_for_quote(tx, acting, status, *quoted, object);
    return status;
}

} // namespace outbox
