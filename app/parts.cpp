#include "app/parts.h"

#include "actors/local.h"
#include "app/roster.h"
#include "base/crypto.h"
#include "db/instance_values.h"
#include "db/student_marks.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>

namespace app {
namespace {

std::vector<http::Network> networks(const std::vector<std::string>& texts) {
    std::vector<http::Network> networks;
    for (const auto& text : texts) {
        const auto network = http::parse_network(text);
        if (!network)
            throw CommandFailed(fmt::format("testing.http_peers: \"{}\" is no network", text));
        networks.push_back(*network);
    }
    return networks;
}

std::vector<std::uint16_t> ports(const std::vector<std::string>& extra) {
    std::vector<std::uint16_t> ports{443};
    for (const auto& text : extra) {
        std::uint16_t port = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
        if (failure != std::errc{} || end != text.data() + text.size() || port == 0) {
            throw CommandFailed(fmt::format("federation.extra_ports: \"{}\" is no port", text));
        }
        ports.push_back(port);
    }
    return ports;
}

http::LiveClientOptions common_options(const Context& context) {
    const Config& config = context.config;
    http::LiveClientOptions options;
    options.origin = context.instance.origin;
    options.ports = ports(config.federation.extra_ports);
    options.test_hosts = {config.testing.hosts.begin(), config.testing.hosts.end()};
    options.http_peers = networks(config.testing.http_peers);
    options.extra_ca_file = config.testing.ca_file;
    return options;
}

http::LiveClientOptions peer_client_options(const Context& context, moderation::Peers& peers) {
    auto options = common_options(context);
    options.may_contact = [&peers](const std::string& authority) {
        return peers.may_contact(authority);
    };
    return options;
}

/// Who alone may sign in with a password; "": everybody.
std::string password_owner(const Config& config) {
    return config.sign_on.passwords ? "" : config.sign_on.break_glass;
}

AccountId find_server_actor(db::Pool& pool, const Instance& instance) {
    db::Tx tx(pool);
    const auto actor = actors::ensure_server_actor(tx, instance, system_now());
    tx.commit();
    return actor.id;
}

outbox::SignUpRules sign_up_rules(const Config::Registration& config) {
    using enum outbox::SignUps;
    return {.mode = config.mode == "open"       ? Open
                    : config.mode == "approval" ? Approval
                                                : Closed,
            .reason_required = config.reason_required,
            .min_age = static_cast<int>(config.min_age),
            .message = config.message};
}

// Subscriptions are bound to it, so it is made once and stays.
crypto::P256Key find_vapid_key(db::Pool& pool) {
    db::Tx tx(pool);
    const auto stored = db::instance_values::set_if_absent(
        tx, "vapid_key", crypto::base64url(crypto::generate_p256().secret));
    tx.commit();
    auto key = crypto::p256_from_secret(crypto::base64url_decode(stored).value_or(""));
    if (!key) throw std::runtime_error("instance_values: vapid_key is no key");
    return std::move(*key);
}

/// Names what newcomers accept: the same papers have the same version.
std::string terms_version(const Config::Instance& config) {
    std::string papers;
    for (const auto& path : {config.terms_of_service, config.privacy_policy}) {
        std::ifstream file(path);
        papers.append(std::istreambuf_iterator<char>(file), {});
        papers += '\0';
    }
    constexpr std::size_t enough = 12;
    return crypto::hex(crypto::sha256(papers)).substr(0, enough);
}

} // namespace

std::string shared_secret(db::Pool& pool, std::string_view name) {
    db::Tx tx(pool);
    auto secret = db::instance_values::set_if_absent(tx, name, crypto::random_token());
    tx.commit();
    return secret;
}

mail::RelayOptions relay_options(const Context& context) {
    const auto& config = context.config.mail;
    using enum mail::Security;
    return {.host = config.relay,
            .port = static_cast<std::uint16_t>(config.port),
            .security = config.security == "tls"    ? Tls
                        : config.security == "none" ? None
                                                    : StartTls,
            .user = config.user,
            .password = config.password,
            .own_name = config.from.substr(config.from.find('@') + 1),
            .ca_file = context.config.testing.ca_file};
}

mail::Writer letter_writer(const Context& context, std::string link_key) {
    return {.instance = context.instance,
            .from = context.config.mail.from,
            .link_key = std::move(link_key)};
}

http::LiveClientOptions open_client_options(const Context& context) {
    return common_options(context);
}

Parts::Parts(const Context& context)
    : pool(*context.pool), instance(context.instance), peers(pool, instance),
      peer_client(peer_client_options(context, peers)),
      server_actor(find_server_actor(pool, instance)),
      fetcher({.pool = pool,
               .client = peer_client,
               .instance = instance,
               .keys = keys,
               .server_actor = server_actor,
               .allow_http = !context.config.testing.http_peers.empty()}),
      resolver(fetcher),
      signers({.resolver = resolver,
               .receiver = {.origin = instance.origin,
                            .allow_http_keys = !context.config.testing.http_peers.empty()},
               .may_contact = [this](std::string_view host) { return peers.may_contact(host); }}),
      sign_in(members::SignIn{
          .pool = pool,
          .instance = instance,
          .passwords = passwords,
          .throttle_key = shared_secret(pool, "throttle_key"),
          .limits = {.per_name = static_cast<int>(context.config.limits.sign_in_attempts)},
          .only_for = password_owner(context.config)}),
      throttle{.pool = pool, .key = sign_in.throttle_key}, addresses(pool),
      link_key(shared_secret(pool, "link_key")), sign_up_desk{.pool = pool,
                                                              .instance = instance,
                                                              .passwords = passwords,
                                                              .addresses = addresses,
                                                              .throttle = throttle,
                                                              .rules = sign_up_rules(
                                                                  context.config.registration)},
      relay(relay_options(context)),
      roster(roster_desk(pool, instance, context.config)), joining{.sign_ups = sign_up_desk,
                                                                   .roster = roster,
                                                                   .sends_mail =
                                                                       relay.is_configured(),
                                                                   .terms_version = terms_version(
                                                                       context.config.instance)},
      post{.pool = pool, .relay = relay, .writer = letter_writer(context, link_key)},
      vapid_key(find_vapid_key(pool)) {
    db::Tx tx(pool);
    db::student_marks::set_student_domains(tx, context.config.roster.student_domains);
    tx.commit();
}

} // namespace app
