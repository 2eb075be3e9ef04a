#include "moderation/filters.h"

namespace moderation {
namespace {

constexpr std::chrono::hours very_old{24 * 365 * 2};
// So many favourites and boosts make a post one that people stand beside with their names.
constexpr std::int64_t liked = 10;
// Of the words of the version that they liked.
constexpr double least_kept = 0.2;

} // namespace

// 12: posts out of their time, and edits that turn a liked post around. Ours are told instead of
// held: they can write it anew. They cannot date a post; what is scheduled has the time when it
// goes out.
std::optional<Finding> ageing(const Subject& subject, const Facts& facts) {
    if (!subject.is_post) return std::nullopt;
    const bool by_ours = subject.direction == Direction::Out;
    if (facts.edited && facts.edited->approvals >= liked && facts.edited->kept < least_kept)
        return Finding{.verdict = by_ours ? Verdict::Reject : Verdict::Hold,
                       .reason = "edit-turns-around"};
    if (by_ours) return std::nullopt;
    // What somebody here follows is wanted, of whatever age.
    const bool is_old = subject.published && facts.now - *subject.published > very_old;
    if (is_old && subject.type == "Create" && !facts.sender_is_followed) {
        return Finding{.verdict = Verdict::Limit, .reason = "very-old", .effects = {.quiet = true}};
    }
    return std::nullopt;
}

} // namespace moderation
