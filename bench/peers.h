#pragma once

#include "federation/signature.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The remote hosts that the load generator plays: addresses of 127.77.1.0 and above, one port.
/// Each has a key of its own, which all of its actors share.
struct Peer {
    std::string address;   ///< "127.77.1.7".
    std::string authority; ///< "127.77.1.7:7700".
    std::string origin;    ///< "http://127.77.1.7:7700".
    crypto::PrivateKey key;
    std::string public_pem;
};

/// Reads the keys from `key_file`, or makes them (two minutes of one core) and writes them there.
std::vector<Peer> make_peers(std::size_t count, std::uint16_t port, const std::string& key_file);

/// The same hosts under names of their own, `h1.bench.example` and so on, as TLS wants them.
std::vector<Peer> with_names(std::vector<Peer> peers);

std::string actor_uri(const Peer& peer, std::string_view name);
std::string actor_document(const Peer& peer, std::string_view name);
/// What WebFinger says for `resource` as it stands in the query; "" when it is no handle.
std::string webfinger_document(const Peer& peer, std::string_view resource);

/// The bytes of a POST to the shared inbox at `origin`, signed by that actor at this moment.
std::string signed_delivery(const Peer& peer,
                            std::string_view name,
                            const std::string& origin,
                            std::string body);

std::string create_note(const Peer& peer, std::string_view name, std::size_t number);
std::string follow(const Peer& peer, std::string_view name, const std::string& target);

} // namespace bench
