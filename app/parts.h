#pragma once

#include "actors/fetcher.h"
#include "actors/keys.h"
#include "actors/resolve.h"
#include "actors/signer.h"
#include "app/context.h"
#include "base/crypto_p256.h"
#include "http/live_client.h"
#include "jobs/wake.h"
#include "mail/queue.h"
#include "members/address_blocks.h"
#include "members/passwords.h"
#include "members/sign_in.h"
#include "moderation/peers.h"
#include "outbox/join.h"

namespace app {

/// What lives as long as the server and is handed out by reference. Members are made in this order;
/// none looks another one up.
struct Parts {
    explicit Parts(const Context& context);

    db::Pool& pool;
    const Instance& instance;
    moderation::Peers peers;
    http::LiveClient peer_client; ///< Whom it may contact is moderation's decision.
    AccountId server_actor;
    actors::KeyRing keys;
    actors::Fetcher fetcher;
    actors::Resolver resolver;
    actors::Signers signers;
    members::Passwords passwords;
    members::SignIn sign_in;
    members::Throttle throttle;
    members::AddressBlocks addresses;
    std::string link_key; ///< Signs the links that we mail.
    outbox::SignUpDesk sign_up_desk;
    mail::Relay relay;
    educators::RosterDesk roster;
    outbox::JoinDesk joining;
    mail::Post post;
    crypto::P256Key vapid_key; ///< Signs what goes to push services; one for all processes.
    jobs::Wake job_wake;       ///< By staffroom_jobs.
    jobs::Wake inbox_wake;     ///< By the door, and by staffroom_jobs.
    jobs::Wake delivery_wake;  ///< By staffroom_deliveries.
};

/// The client that goes anywhere the guard allows: link cards, push endpoints, sign-on, and the
/// server actors of hosts that ask to be peers.
http::LiveClientOptions open_client_options(const Context& context);

mail::RelayOptions relay_options(const Context& context);
mail::Writer letter_writer(const Context& context, std::string link_key);
/// A secret that all processes of one database share; made when it is asked for first.
std::string shared_secret(db::Pool& pool, std::string_view name);

} // namespace app
