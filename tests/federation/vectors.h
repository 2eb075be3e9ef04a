#pragma once

#include "base/crypto.h"
#include "base/json.h"
#include "base/text.h"
#include "federation/signature_scheme.h"
#include "http/message.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

/// The cryptographic test data of tests/data/vectors; its README says where it comes from.
namespace vectors {

inline Json load(const std::string& name) {
    std::ifstream file("tests/data/vectors/" + name);
    if (!file) throw std::runtime_error("run the tests from the project's root: no " + name);
    // Not parse_json: some vectors hold on purpose what it refuses.
    return Json::parse(file);
}

inline Time at(const Json& seconds) {
    return Time(std::chrono::seconds(seconds.get<std::int64_t>()));
}

inline http::Request request(const Json& json) {
    http::Request out;
    out.method = json.at("method");
    out.target = json.at("target");
    out.path = out.target.substr(0, out.target.find('?'));
    for (const auto& line : json.at("headers")) {
        out.headers.add(line.at(0).get<std::string>(),
                        std::string(trim(line.at(1).get<std::string>())));
    }
    if (json.contains("body")) out.body = json.at("body");
    if (json.contains("body_base64") && json.at("body_base64").is_string()) {
        out.body = *crypto::base64_decode(json.at("body_base64").get<std::string>());
    }
    return out;
}

/// The case's own name for its receiver is the only one that the server believes to have.
inline federation::Receiver receiver(const Json& request) {
    return {.origin = "https://" + request.at("received_by").get<std::string>()};
}

inline federation::Message message(const http::Request& request, const std::string& authority) {
    return {.method = request.method,
            .origin = "https://" + authority,
            .authority = authority,
            .target = request.target,
            .headers = request.headers};
}

struct Key {
    crypto::PublicKey key;
    std::string owner;
};

/// By key id.
inline std::map<std::string, Key> keys(const Json& file) {
    std::map<std::string, Key> out;
    for (const auto& entry : file.at("keys")) {
        const auto key = crypto::PublicKey::from_pem(entry.at("public_pem").get<std::string>());
        if (!key) throw std::runtime_error("vector key: " + key.error().detail);
        out.emplace(entry.at("key_id"), Key{*key, entry.at("owner")});
    }
    return out;
}

inline federation::Signer signer(const Json& file, const std::string& name) {
    const auto& entry = file.at("keys").at(name);
    return {.key = *crypto::PrivateKey::from_pem(entry.at("private_pem").get<std::string>()),
            .key_id = entry.at("key_id")};
}

/// Who signed, as the door of the inbox finds out: the owner of the first key that verifies.
inline std::optional<std::string> signer_of(const http::Request& request,
                                            const federation::Receiver& receiver,
                                            Time now,
                                            const std::map<std::string, Key>& keys) {
    const auto signatures = federation::parse_signatures(request, receiver, now);
    if (!signatures) return std::nullopt;
    for (const auto& signature : *signatures) {
        const auto found = keys.find(signature.key_id);
        if (found == keys.end()) continue;
        if (federation::verify(signature, found->second.key)) return found->second.owner;
    }
    return std::nullopt;
}

/// True unless the body names another actor; the inbox's check, which some vectors are about.
inline bool speaks_for_itself(const http::Request& request, const std::string& owner) {
    const auto body = parse_json(request.body);
    return !body || !body->is_object() || body->value("actor", owner) == owner;
}

} // namespace vectors
