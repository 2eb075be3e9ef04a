#include "db/events.h"

#include "base/json.h"
#include "db/connection.h"

namespace db::events {
namespace {

Json render_reach(const Reach& reach) {
    Json addressed = Json::array();
    for (const auto account : reach.addressed)
        addressed.push_back(account.value);
    return Json{reach.author.value,
                to_string(reach.visibility),
                reach.local,
                reach.has_media,
                reach.is_boost,
                reach.is_answer,
                reach.tags,
                addressed};
}

Reach read_reach(StatusId id, const Json& json) {
    Reach reach;
    reach.id = id;
    reach.author = AccountId{json.at(0).get<std::int64_t>()};
    reach.visibility = parse_visibility(json.at(1).get<std::string>()).value_or(Visibility::Direct);
    reach.local = json.at(2).get<bool>();
    reach.has_media = json.at(3).get<bool>();
    reach.is_boost = json.at(4).get<bool>();
    reach.is_answer = json.at(5).get<bool>();
    reach.tags = json.at(6).get<std::vector<std::int64_t>>();
    for (const auto& account : json.at(7))
        reach.addressed.push_back(AccountId{account.get<std::int64_t>()});
    return reach;
}

std::string render_one(const Event& event) {
    Json json{std::string(1, static_cast<char>(event.kind)), event.id, event.account.value};
    if (!event.name.empty()) json.push_back(event.name);
    if (event.kind == EventKind::Deletion) json.push_back(render_reach(event.reach));
    return dump_json(json);
}

Event read_one(const Json& json) {
    Event event;
    event.kind = static_cast<EventKind>(json.at(0).get<std::string>().at(0));
    event.id = json.at(1).get<std::int64_t>();
    event.account = AccountId{json.at(2).get<std::int64_t>()};
    if (event.kind == EventKind::AnnouncementReaction) event.name = json.at(3).get<std::string>();
    if (event.kind == EventKind::Deletion) event.reach = read_reach(StatusId{event.id}, json.at(3));
    return event;
}

} // namespace

void add(Tx& tx, Event event) {
    tx.work().events.push_back(std::move(event));
}

std::vector<std::string> render(const std::vector<Event>& events) {
    std::vector<std::string> payloads;
    for (const auto& event : events) {
        const auto line = render_one(event);
        const bool has_room =
            !payloads.empty() && payloads.back().size() + line.size() + 2 <= max_payload_bytes;
        if (has_room) {
            payloads.back().back() = ',';
        } else {
            payloads.emplace_back("[");
        }
        payloads.back() += line + ']';
    }
    return payloads;
}

std::vector<Event> parse(std::string_view payload) {
    // Ours, from another process of the same database; perhaps of another version.
    const auto json = Json::parse(payload, nullptr, false);
    if (!json.is_array()) return {};
    std::vector<Event> events;
    for (const auto& one : json) {
        try {
            events.push_back(read_one(one));
        } catch (const Json::exception&) {
            continue;
        }
    }
    return events;
}

} // namespace db::events
