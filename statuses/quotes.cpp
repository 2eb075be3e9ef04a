#include "statuses/quotes.h"

#include "base/uri.h"
#include "db/quote_authorizations.h"
#include "db/visibility.h"
#include "federation/note.h"
#include "federation/uris.h"

namespace statuses {
namespace {

struct Quoting {
    db::Status status{};
    bool may_see = false; ///< The quoting author may see what they quote.
    db::Status quoted{};
    db::Account quoted_author{};
};

void write_state(Fetcher& fetcher, db::Status status, StatusId quoted, std::string_view state) {
    db::Tx tx(fetcher.deps().pool);
    status.quote = quoted;
    status.quote_state = state;
    db::statuses::set_quote(tx, status);
    tx.commit();
}

Result<Quoting> load(Fetcher& fetcher, const db::Status& status) {
    auto quoted = fetcher.fetch(status.quote_uri);
    if (!quoted) return quoted.error();
    db::Tx tx(fetcher.deps().pool);
    const auto author = db::accounts::find(tx, quoted->author);
    if (!author) return Error{Error::Kind::NotFound, "quote: no author"};
    return Quoting{
        .status = status,
        .may_see = db::visibility::is_visible(tx, status.author, quoted->id),
        .quoted = std::move(*quoted),
        .quoted_author = *author,
    };
}

Result<bool> has_stamp(Fetcher& fetcher, const Quoting& quoting) {
    const auto& uri = quoting.status.quote_authorization_uri;
    if (uri.empty() || !same_origin(uri, quoting.quoted_author.uri)) return false;
    if (quoting.quoted.local) {
        db::Tx tx(fetcher.deps().pool);
        return is_our_stamp(tx, fetcher.deps().instance, uri, quoting.quoted, quoting.status.uri);
    }
    const auto fetched = fetcher.deps().resolver.fetcher().fetch(uri);
    if (!fetched) {
        const auto kind = fetched.error().kind;
        if (kind == Error::Kind::Unavailable || kind == Error::Kind::RateLimited) {
            return fetched.error();
        }
        return false;
    }
    const auto stamp = federation::parse_authorization(fetched->document);
    return stamp && stamp->type == "QuoteAuthorization" &&
           stamp->author == quoting.quoted_author.uri &&
           stamp->interacting_object == quoting.status.uri &&
           stamp->interaction_target == quoting.quoted.uri;
}

bool is_hopeless(const Error& error) {
    return error.kind != Error::Kind::Unavailable && error.kind != Error::Kind::RateLimited;
}

} // namespace

bool is_our_stamp(db::Tx& tx,
                  const Instance& instance,
                  std::string_view stamp_uri,
                  const db::Status& quoted,
                  std::string_view quoting_uri) {
    const auto local = federation::parse_local_uri(instance, stamp_uri);
    if (!local || local->kind != federation::LocalUri::Kind::QuoteAuthorization) return false;
    const auto stamp = db::quote_authorizations::find(tx, local->id);
    return stamp && stamp->status == quoted.id && stamp->quoting_uri == quoting_uri;
}

Result<Done> check_quote(Fetcher& fetcher, StatusId quoting) {
    std::optional<db::Status> status;
    {
        db::Tx tx(fetcher.deps().pool);
        status = db::statuses::find(tx, quoting);
    }
    if (!status || status->quote_uri.empty() || status->quote_state == "deleted") return Done{};
    const auto loaded = load(fetcher, *status);
    if (!loaded) {
        if (!is_hopeless(loaded.error())) return loaded.error();
        const bool gone = loaded.error().kind == Error::Kind::Gone;
        write_state(fetcher, *status, {}, gone ? "deleted" : "unauthorized");
        return Done{};
    }
    if (!loaded->may_see) {
        write_state(fetcher, *status, {}, "unauthorized");
        return Done{};
    }
    if (loaded->quoted.author == status->author) {
        write_state(fetcher, *status, loaded->quoted.id, "accepted");
        return Done{};
    }
    const auto stamped = has_stamp(fetcher, *loaded);
    if (!stamped) return stamped.error();
    const bool stood = status->quote_state == "accepted" || status->quote_state == "revoked";
    write_state(fetcher,
                *status,
                loaded->quoted.id,
                *stamped ? "accepted" : (stood ? "revoked" : "unauthorized"));
    return Done{};
}

} // namespace statuses
