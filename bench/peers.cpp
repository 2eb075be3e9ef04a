#include "bench/peers.h"

#include "base/json.h"
#include "base/uri.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

constexpr std::string_view pem_end = "-----END PRIVATE KEY-----\n";
constexpr std::size_t hosts_per_net = 250;

std::vector<crypto::PrivateKey> read_keys(const std::string& file) {
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::vector<crypto::PrivateKey> keys;
    for (std::size_t at = 0;;) {
        const auto end = text.find(pem_end, at);
        if (end == std::string::npos) return keys;
        auto key = crypto::PrivateKey::from_pem(text.substr(at, end + pem_end.size() - at));
        if (!key) throw std::runtime_error(file + " holds something else than keys");
        keys.push_back(std::move(*key));
        at = end + pem_end.size();
    }
}

std::vector<crypto::PrivateKey> make_keys(std::size_t count) {
    std::vector<crypto::PrivateKey> halves[2];
    {
        std::vector<std::jthread> threads;
        for (auto& half : halves) {
            threads.emplace_back([&half, count] {
                while (half.size() < (count + 1) / 2)
                    half.push_back(crypto::PrivateKey::generate_rsa());
            });
        }
    }
    halves[0].insert(halves[0].end(), halves[1].begin(), halves[1].end());
    return halves[0];
}

} // namespace

std::vector<Peer> make_peers(std::size_t count, std::uint16_t port, const std::string& key_file) {
    auto keys = read_keys(key_file);
    if (keys.size() < count) {
        fmt::print(stderr, "making {} RSA keys, once: {}\n", count, key_file);
        keys = make_keys(count);
        std::ofstream stream(key_file);
        for (const auto& key : keys)
            stream << key.pem();
    }
    std::vector<Peer> peers;
    for (std::size_t i = 0; i < count; ++i) {
        auto address = fmt::format("127.77.{}.{}", 1 + i / hosts_per_net, 1 + i % hosts_per_net);
        auto authority = fmt::format("{}:{}", address, port);
        peers.push_back({.address = std::move(address),
                         .authority = authority,
                         .origin = "http://" + authority,
                         .key = keys[i],
                         .public_pem = keys[i].public_key().pem()});
    }
    return peers;
}

std::vector<Peer> with_names(std::vector<Peer> peers) {
    for (std::size_t i = 0; i < peers.size(); ++i) {
        peers[i].authority = fmt::format("h{}.bench.example", i + 1);
        peers[i].origin = "https://" + peers[i].authority;
    }
    return peers;
}

std::string actor_uri(const Peer& peer, std::string_view name) {
    return fmt::format("{}/users/{}", peer.origin, name);
}

std::string actor_document(const Peer& peer, std::string_view name) {
    const auto id = actor_uri(peer, name);
    return Json{
        {"@context", {"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"}},
        {"id", id},
        {"type", "Person"},
        {"preferredUsername", name},
        {"name", fmt::format("Teacher {}", name)},
        {"inbox", id + "/inbox"},
        {"outbox", id + "/outbox"},
        {"followers", id + "/followers"},
        {"endpoints", {{"sharedInbox", peer.origin + "/inbox"}}},
        {"publicKey", {{"id", id + "#main-key"}, {"owner", id}, {"publicKeyPem", peer.public_pem}}}}
        .dump();
}

std::string webfinger_document(const Peer& peer, std::string_view resource) {
    const auto decoded = percent_decode(resource);
    const auto at = decoded.find('@');
    if (decoded.rfind("acct:", 0) != 0 || at == std::string::npos) return {};
    const auto name = decoded.substr(5, at - 5);
    return Json{{"subject", decoded},
                {"links",
                 {{{"rel", "self"},
                   {"type", "application/activity+json"},
                   {"href", actor_uri(peer, name)}}}}}
        .dump();
}

std::string signed_delivery(const Peer& peer,
                            std::string_view name,
                            const std::string& origin,
                            std::string body) {
    http::Outgoing request{.method = "POST",
                           .url = origin + "/inbox",
                           .headers = {{"Content-Type", "application/activity+json"}},
                           .body = std::move(body)};
    const federation::Signer signer{.key = peer.key, .key_id = actor_uri(peer, name) + "#main-key"};
    const auto is_signed = federation::sign_cavage(request, signer, system_now());
    if (!is_signed) throw std::runtime_error(is_signed.error().detail);
    auto bytes = fmt::format("POST /inbox HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n",
                             host_of(origin),
                             request.body.size());
    for (const auto& [header, value] : request.headers.lines())
        bytes += fmt::format("{}: {}\r\n", header, value);
    return bytes + "\r\n" + request.body;
}

std::string create_note(const Peer& peer, std::string_view name, std::size_t number) {
    const auto actor = actor_uri(peer, name);
    const auto note = fmt::format("{}/notes/{}", actor, number);
    const auto now = format_iso8601(system_now());
    const Json to{"https://www.w3.org/ns/activitystreams#Public"};
    const Json cc{actor + "/followers"};
    return Json{{"@context", "https://www.w3.org/ns/activitystreams"},
                {"id", note + "/activity"},
                {"type", "Create"},
                {"actor", actor},
                {"published", now},
                {"to", to},
                {"cc", cc},
                {"object",
                 {{"id", note},
                  {"type", "Note"},
                  {"attributedTo", actor},
                  {"published", now},
                  {"to", to},
                  {"cc", cc},
                  {"content",
                   fmt::format("<p>Post {}: a worksheet on fractions for next week, with "
                               "solutions and a short test at the end.</p>",
                               number)}}}}
        .dump();
}

std::string follow(const Peer& peer, std::string_view name, const std::string& target) {
    const auto actor = actor_uri(peer, name);
    return Json{{"@context", "https://www.w3.org/ns/activitystreams"},
                {"id", fmt::format("{}/follows/{}", actor, crypto::hex(crypto::sha256(target)))},
                {"type", "Follow"},
                {"actor", actor},
                {"object", target}}
        .dump();
}

} // namespace bench
