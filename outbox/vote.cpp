#include "outbox/vote.h"

#include "db/polls.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "moderation/draft.h"
#include "outbox/deliver.h"
#include "outbox/staying.h"

#include <algorithm>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

Result<Done> check(const db::Poll& poll, const std::vector<int>& choices, Time now) {
    if (poll.is_over(now)) return unprocessable("Validation failed: The poll has already ended");
    if (choices.empty()) return unprocessable("Validation failed: Choose something");
    if (choices.size() > 1 && !poll.multiple) {
        return unprocessable("Validation failed: Only one choice is wanted");
    }
    const bool is_there = std::ranges::all_of(choices, [&](int choice) {
        return choice >= 0 && std::cmp_less(choice, poll.options.size());
    });
    if (!is_there) return unprocessable("Validation failed: There is no such choice");
    return Done{};
}

void send(db::Tx& tx,
          const db::Account& self,
          const db::Account& author,
          const db::Status& question,
          const std::string& uri,
          const std::vector<std::string>& names) {
    const federation::Envelope envelope{.id = uri, .actor = self.uri, .to = {author.uri}};
    deliver(tx,
            {.signer = self.id,
             .body = dump_json(federation::render_votes(envelope, question.uri, names)),
             .object_uri = question.uri,
             .inboxes = inbox_of(tx, author.id)});
}

} // namespace

Result<db::Status> vote(db::Tx& tx,
                        const Acting& acting,
                        PollId poll_id,
                        std::vector<int> choices) {
    const auto self = find_staying_self(tx, acting);
    if (!self) return self.error();
    const auto seen = db::polls::find(tx, poll_id);
    if (!seen) return Error{Error::Kind::NotFound, "no such poll"};
    auto status = find_readable(tx, acting, seen->status);
    if (!status) return status;
    if (status->author == self->id) {
        return unprocessable("Validation failed: This is your own poll");
    }
    const auto author = db::accounts::find(tx, status->author);
    if (!author) return Error{Error::Kind::NotFound, "no author"};

    // Two requests at once are one after the other from here (ATTACKS O15).
    const auto poll = db::polls::lock(tx, poll_id);
    if (!poll) return Error{Error::Kind::NotFound, "no such poll"};
    std::ranges::sort(choices);
    choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
    if (const auto checked = check(*poll, choices, acting.now); !checked) return checked.error();
    if (!db::polls::votes_of(tx, poll_id, self->id).empty()) {
        return unprocessable("Validation failed: You have already voted on this poll");
    }
    const moderation::Outgoing outgoing{
        .type = "Create", .visibility = db::Visibility::Direct, .about = *status, .whom = *author};
    if (auto refused = refusal(tx, acting, *self, outgoing)) return std::move(*refused);

    const std::string uri =
        federation::fragment_uri(self->uri, "votes", db::statuses::new_id(tx, acting.now).value);
    std::vector<std::int64_t> numbers(choices.begin(), choices.end());
    db::polls::cast(tx,
                    poll_id,
                    self->id,
                    numbers,
                    uri,
                    status->local ? db::polls::Tally::Count : db::polls::Tally::Leave);
    if (status->local) return status;
    std::vector<std::string> names;
    for (const int choice : choices)
        names.push_back(poll->options[static_cast<std::size_t>(choice)]);
    send(tx, *self, *author, *status, uri, names);
    return status;
}

} // namespace outbox
