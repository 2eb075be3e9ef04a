#include "inbox/our_quote.h"

#include "federation/uris.h"
#include "outbox/quote.h"

namespace inbox {
namespace {

// The number of the request is the quoting post's; the copy names that post as its instrument.
StatusId quoting_post(const House& house, const federation::ObjectRef& request) {
    const auto local = federation::parse_local_uri(house.instance, request.id);
    if (local && local->kind == federation::LocalUri::Kind::QuoteRequest)
        return StatusId{local->id};
    if (request.type != "QuoteRequest") return {};
    return federation::local_status_id(house.instance, request.instrument);
}

} // namespace

bool answer_our_quote(db::Tx& tx,
                      const House& house,
                      const Received& received,
                      std::string_view stamp_uri) {
    if (received.activity.objects.empty()) return false;
    const StatusId quoting = quoting_post(house, received.activity.objects.front());
    return quoting && outbox::answer_quote_request(
                          tx, house.instance, quoting, received.sender, stamp_uri, received.at);
}

} // namespace inbox
