#include "outbox/knock.h"

#include "outbox/outcome.h"

namespace outbox {
namespace {

using federation::Scheme;

// A peer's answer is of no interest beyond its status.
const http::Limits delivery_limits{.max_bytes = 64UL * 1024};

Scheme other(Scheme scheme) {
    return scheme == Scheme::Cavage ? Scheme::Rfc9421 : Scheme::Cavage;
}

bool blames_signature(int status) {
    return status == 400 || status == 401 || status == 403 || status == 406;
}

bool is_success(int status) {
    return status >= 200 && status < 300;
}

class Door {
  public:
    Door(http::Client& client, const Letter& letter, const Clock& clock)
        : client_(client), letter_(letter), clock_(clock) {}

    /// Signs with that scheme and posts.
    void try_with(Scheme scheme, std::optional<federation::Challenge> challenge = std::nullopt) {
        http::Outgoing request{
            .method = "POST",
            .url = letter_.inbox,
            .headers = {{"Content-Type", "application/activity+json"},
                        {"Accept", "application/activity+json, application/ld+json"}},
            .body = letter_.body,
        };
        federation::SigningOptions options{.challenge = std::move(challenge)};
        if (!letter_.followers_sync.empty()) {
            request.headers.add("Collection-Synchronization", letter_.followers_sync);
            options.also.emplace_back("collection-synchronization");
        }
        const auto is_signed = scheme == Scheme::Cavage
                                   ? sign_cavage(request, letter_.signer, clock_(), options)
                                   : sign_rfc9421(request, letter_.signer, clock_(), options);
        if (!is_signed) {
            take(is_signed.error());
            return;
        }
        auto answer = client_.send(request, delivery_limits);
        if (!answer) {
            take(answer.error());
            return;
        }
        result_ = {.status = answer->status, .retry_after = retry_after(answer->headers, clock_())};
        if (is_success(answer->status)) result_.scheme = scheme;
        challenge_ = answer->headers.get("accept-signature");
    }

    const Knocked& result() const { return result_; }
    const std::string& challenge() const { return challenge_; }

  private:
    void take(const Error& error) {
        // What is not the network's fault is ours, and stays so.
        result_ = {.refused = error.kind != Error::Kind::Unavailable &&
                              error.kind != Error::Kind::TooLarge,
                   .error = error.detail};
        challenge_.clear();
    }

    http::Client& client_;
    const Letter& letter_;
    const Clock& clock_;
    Knocked result_{};
    std::string challenge_{}; ///< Accept-Signature of the last answer.
};

} // namespace

Knocked knock(http::Client& client, const Letter& letter, Scheme first, const Clock& clock) {
    Door door(client, letter, clock);
    door.try_with(first);
    if (!blames_signature(door.result().status)) return door.result();

    bool tried_rfc9421 = first == Scheme::Rfc9421;
    if (door.result().status == 401 && !door.challenge().empty()) {
        if (auto challenge = federation::read_challenge(door.challenge(), letter.signer)) {
            door.try_with(Scheme::Rfc9421, std::move(*challenge));
            tried_rfc9421 = true;
            if (!blames_signature(door.result().status)) return door.result();
        }
    }
    const Scheme second = other(first);
    if (second == Scheme::Rfc9421 && tried_rfc9421) return door.result();
    door.try_with(second);
    return door.result();
}

} // namespace outbox
