#include "moderation/guest.h"

#include "db/guests.h"

#include <algorithm>

namespace moderation {
namespace {

constexpr std::string_view reason_over = "guest-over";
constexpr std::string_view reason_audience = "guest-audience";
constexpr std::string_view reason_circle = "guest-circle";

// What spreads something beyond the people it names.
bool is_for_many(const Outgoing& outgoing) {
    const bool is_post = outgoing.type == "Create" || outgoing.type == "Update";
    return outgoing.type == "Announce" || outgoing.type == "QuoteRequest" ||
           (is_post && outgoing.visibility != db::Visibility::Direct);
}

} // namespace

std::optional<std::string_view> find_guest_fault(const Outgoing& outgoing,
                                                 const GuestFacts& facts) {
    if (facts.is_over) return reason_over;
    if (is_for_many(outgoing)) return reason_audience;
    const auto is_reached = [&](AccountId id) { return facts.reached.contains(id); };
    const bool all_mentioned =
        std::ranges::all_of(outgoing.mentioned, is_reached, &db::Account::id);
    const bool all_others = (!outgoing.whom || is_reached(outgoing.whom->id)) &&
                            (!facts.about_author || is_reached(facts.about_author));
    return all_mentioned && all_others ? std::nullopt : std::optional(reason_circle);
}

std::optional<std::string_view> find_guest_fault(db::Tx& tx,
                                                 AccountId author,
                                                 const Outgoing& outgoing,
                                                 Time now) {
    const auto guest = db::guests::find(tx, author);
    if (!guest) return std::nullopt;
    GuestFacts facts{.is_over = guest->ended_at || guest->until <= now};
    std::vector<AccountId> concerned;
    for (const auto& account : outgoing.mentioned)
        concerned.push_back(account.id);
    if (outgoing.whom) concerned.push_back(outgoing.whom->id);
    if (outgoing.about) {
        facts.about_author = outgoing.about->author;
        concerned.push_back(facts.about_author);
    }
    const auto reached = db::guests::reached(tx, author, concerned);
    facts.reached = {reached.begin(), reached.end()};
    return find_guest_fault(outgoing, facts);
}

} // namespace moderation
