#pragma once

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

#include <optional>
#include <string>

namespace inbox {

/// The kind of the job that the door writes and the worker takes.
constexpr auto inbox_job = "inbox";

/// What a signed header said about the sender's followers here (FEP-8fcf).
struct SyncClaim {
    std::string url{};
    std::string digest{};
};

/// An activity that the door let in: verified and durable, not yet filtered.
struct Incoming {
    std::string signer{};     ///< Actor id whose key, or whose proof, says that it is from `actor`.
    std::string carrier{};    ///< Actor id whose key signed the request; differs only with a proof.
    std::string inbox_name{}; ///< User name of the inbox's owner; empty for the shared one.
    Time received_at{};
    std::optional<SyncClaim> sync{};
    bool is_proven = false; ///< It carries a valid object proof by its actor.
    HeldId released{};      ///< Set when a person let it pass: filters that hold are asked no more.
    std::string body{};     ///< The exact bytes, as received.
};

/// One line of JSON about the request, then the body as it is.
std::string write_payload(const Incoming& incoming);
/// Errors: Invalid (not written by us).
Result<Incoming> read_payload(const std::string& payload);

} // namespace inbox
