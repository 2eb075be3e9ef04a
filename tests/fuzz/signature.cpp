// A signed request: "METHOD target", header lines, an empty line, the body.
#include "federation/signature.h"

#include "base/uri.h"
#include "federation/followers_sync.h"
#include "tests/fuzz/planted.h"

#include <cstdint>

namespace {

std::string_view take_line(std::string_view& rest) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
}

http::Request read_request(std::string_view text) {
    http::Request request;
    const auto first = take_line(text);
    const auto blank = std::min(first.find(' '), first.size());
    request.method = first.substr(0, blank);
    request.target = first.substr(std::min(blank + 1, first.size()));
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.empty()) break;
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos) continue;
        request.headers.add(std::string(line.substr(0, colon)),
                            std::string(line.substr(colon + 2)));
    }
    request.body = text;
    return request;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // The clock and the host of the vectors, so that their requests get through every check.
    static const Time now{std::chrono::seconds(1772445600)};
    static const federation::Receiver receiver{.origin = "https://district-b.example"};
    static const federation::Signer signer{crypto::PrivateKey::generate_ed25519(),
                                           "https://a.example/#k"};
    static const auto key = signer.key.public_key();

    const auto request = read_request({reinterpret_cast<const char*>(data), size});
    const auto challenge =
        federation::read_challenge(request.headers.get("accept-signature"), signer);
    const auto parsed = federation::parse_signatures(request, receiver, now);
    if (!parsed) return 0;
    require(!parsed->empty() && parsed->size() <= 3);
    for (const auto& signature : *parsed) {
        require(!signature.texts.empty() && !signature.texts.front().empty());
        require(parse_uri(signature.key_id) && !same_origin(signature.key_id, receiver.origin));
        require(!federation::verify(signature, key)); // nobody has this key
        (void)federation::read_followers_sync(request, signature, "https://a.example/followers");
        planted_bug(signature.texts.size() == 2);
    }
    return 0;
}
