#include "base/uri.h"
#include "moderation/filters.h"

#include <algorithm>

namespace moderation {
namespace {

constexpr std::size_t most_body_bytes = 1024UL * 1024;

} // namespace

// Signature, digest, date and replay were checked at the door, before there was a subject. This is
// what can be said about the ids (FEP-fe34), again, since a job may have waited in the table.
std::optional<Finding> transport(const Subject& subject, const Facts&) {
    const auto reject = [](std::string_view reason) {
        return Finding{.verdict = Verdict::Reject, .reason = reason};
    };
    if (subject.signer != subject.actor) return reject("signer-is-not-actor");
    if (subject.body_bytes > most_body_bytes) return reject("too-large");
    if (!subject.id.empty() && !same_origin(subject.id, subject.actor)) return reject("foreign-id");
    if (subject.is_post && !subject.authors.empty()) {
        const bool has_own = std::ranges::any_of(subject.authors, [&](const auto& author) {
            return same_origin(author, subject.actor);
        });
        if (!has_own) return reject("foreign-author");
    }
    return std::nullopt;
}

} // namespace moderation
