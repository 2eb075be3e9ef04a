#pragma once

#include "base/instance.h"
#include "base/time.h"
#include "db/tx.h"

#include <string>
#include <string_view>

/// What another house's server actor says about being peers, verified. Called by both ways in: the
/// door, while the host is at no allowed level, and the handlers.
namespace outbox {

/// The server actor that speaks.
struct House {
    const Instance& instance;
    std::string host{};
    std::string actor_uri{};
    std::string inbox_uri{};
};

/// It wants to be let in. Accepted when a person here has decided so before (we asked, or it is a
/// member or partner); else it waits for a person, one of each host. Returns whether it waits.
bool hear_follow(db::Tx& tx, const House& house, const std::string& follow_uri, Time now);

enum class Answer { Accept, Reject };
/// It answers our Follow. With both sides accepted the level counts; a Reject after that is a
/// leaving. False when that is not our Follow, or not the actor that we asked.
bool hear_answer(
    db::Tx& tx, const House& house, const std::string& follow_uri, Answer answer, Time now);

/// It takes its Follow back: a request goes, a peer has left. False when it is not its Follow.
bool hear_undo(db::Tx& tx, const House& house, const std::string& follow_uri, Time now);

/// Whether an activity of that type by that actor about that id is one of these; reads only, so
/// that nobody makes us fetch a key by chance.
bool is_about_peering(db::Tx& tx,
                      std::string_view type,
                      std::string_view host,
                      std::string_view actor_uri,
                      std::string_view object);

/// When both sides have accepted, the level that was chosen counts. Returns whether it does now.
bool settle_peering(db::Tx& tx, const std::string& host, Time now);

} // namespace outbox
