#include "inbox/incoming.h"

#include "base/json_reader.h"

namespace inbox {

std::string write_payload(const Incoming& incoming) {
    Json head{{"signer", incoming.signer},
              {"carrier", incoming.carrier},
              {"inbox", incoming.inbox_name},
              {"at", incoming.received_at.time_since_epoch().count()}};
    if (incoming.sync)
        head["sync"] = {{"url", incoming.sync->url}, {"digest", incoming.sync->digest}};
    if (incoming.is_proven) head["proven"] = true;
    if (incoming.released) head["released"] = incoming.released.value;
    return dump_json(head) + '\n' + incoming.body;
}

Result<Incoming> read_payload(const std::string& payload) {
    const auto end = payload.find('\n');
    if (end == std::string::npos) return Error{Error::Kind::Invalid, "inbox job: no head"};
    const auto head = parse_json(std::string_view(payload).substr(0, end));
    if (!head) return head.error();
    JsonReader json(*head);
    Incoming incoming{
        .signer = json.text("signer"),
        .carrier = json.text("carrier"),
        .inbox_name = json.text("inbox"),
        .received_at = Time{std::chrono::milliseconds{json.number("at").value_or(0)}},
        .is_proven = json.flag_or("proven", false),
        .released = HeldId{json.number("released").value_or(0)},
        .body = payload.substr(end + 1),
    };
    if (const Json* sync = json.find("sync")) {
        JsonReader reader(*sync);
        incoming.sync = SyncClaim{.url = reader.text("url"), .digest = reader.text("digest")};
    }
    return json.finish(std::move(incoming));
}

} // namespace inbox
