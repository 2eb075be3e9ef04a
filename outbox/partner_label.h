#pragma once

#include "db/accounts.h"

#include <string>

/// The visible half of the mark of a commercial partner's posts. The text that the author wrote
/// stays without it, so that an edit does not write it twice.
namespace outbox {

/// "[Commercial partner: Acme Books]" as a paragraph before the rest; unchanged for others.
std::string with_label(const db::Account& author, std::string html);
/// A warning folds the text away, and with it the label: so the warning has one, too. "" stays "".
std::string warning_with_label(const db::Account& author, std::string warning);

} // namespace outbox
