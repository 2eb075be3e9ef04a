#include "actors/keys.h"

#include "db/account_keys.h"

#include <fmt/format.h>

namespace actors {
namespace {

// Another process may rotate a key: what is kept is read again after this.
constexpr std::chrono::seconds kept_for{60};
constexpr std::size_t most_kept = 4'096;

} // namespace

Result<SigningKey> KeyRing::signing_key(db::Tx& tx, AccountId account) {
    return find(tx, account, "rsa", rsa_);
}

Result<SigningKey> KeyRing::ed25519_key(db::Tx& tx, AccountId account) {
    return find(tx, account, "ed25519", ed25519_);
}

Result<SigningKey> KeyRing::find(db::Tx& tx,
                                 AccountId account,
                                 std::string_view algorithm,
                                 Guarded<Entries>& kept) {
    const Time now = clock_();
    const auto known = kept.with([&](Entries& entries) -> std::optional<SigningKey> {
        const auto entry = entries.find(account);
        if (entry == entries.end() || now - entry->second.read_at > kept_for) return std::nullopt;
        return entry->second.key;
    });
    if (known) return *known;

    const auto row = db::account_keys::find_signing(tx, account, algorithm, now);
    if (!row) {
        return Error{Error::Kind::NotFound,
                     fmt::format("account {} has no {} key", account.value, algorithm)};
    }
    const auto key = crypto::PrivateKey::from_pem(row->private_pem);
    if (!key) throw std::runtime_error("account_keys: a private key of ours cannot be read");
    const SigningKey signing{*key, row->key_uri};
    kept.with([&](Entries& entries) {
        if (entries.size() >= most_kept) entries.clear();
        entries.insert_or_assign(account, Entry{signing, now});
    });
    return signing;
}

} // namespace actors
