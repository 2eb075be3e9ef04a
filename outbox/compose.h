#pragma once

#include "base/result.h"
#include "db/accounts.h"
#include "db/statuses.h"
#include "db/tx.h"
#include "outbox/acting.h"
#include "outbox/publish.h"
#include "statuses/addressing.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What publish and edit have in common.
namespace outbox {

/// Errors: Unprocessable, with the text to show.
Result<Done> check_text(std::string_view text, std::string_view spoiler_text, bool has_more);
Result<Done> check_poll(const PollDraft& poll);

/// The people whom a text names and whom we know, each once; nobody who is gone.
std::vector<db::Account> find_mentioned(db::Tx& tx,
                                        const Instance& instance,
                                        std::string_view text);

/// The text as HTML, with links to those people.
std::string format_text(const Instance& instance,
                        std::string_view text,
                        const std::vector<db::Account>& mentioned);

/// Errors: Unprocessable for a hashtag that moderators took out of use.
Result<Done> check_hashtags(db::Tx& tx, std::string_view text);

/// Ties the text's hashtags to the post, and unties all others.
void write_hashtags(db::Tx& tx, StatusId status, std::string_view text);

/// To whom a stored post is addressed on the wire.
statuses::Addressing addressing_of(db::Tx& tx, const db::Status& status, const db::Account& author);

} // namespace outbox
