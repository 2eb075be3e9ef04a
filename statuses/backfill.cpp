#include "statuses/backfill.h"

#include "base/json_reader.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/pins.h"
#include "federation/uris.h"

#include <spdlog/spdlog.h>

#include <unordered_map>
#include <unordered_set>

namespace statuses {
namespace {

std::optional<db::Status> load(Fetcher& fetcher, StatusId id) {
    db::Tx tx(fetcher.deps().pool);
    return db::statuses::find(tx, id);
}

class ThreadBackfill {
  public:
    ThreadBackfill(Fetcher& fetcher, db::Status opened)
        : fetcher_(fetcher), opened_(std::move(opened)),
          until_(std::chrono::steady_clock::now() + longest_run) {}

    Backfilled run() {
        const auto root = climb();
        home_host_ = host_of(root.uri);
        if (!read_context(root)) read_replies(root);
        return done_;
    }

  private:
    bool is_ours(const std::string& uri) {
        return federation::is_local(fetcher_.deps().instance, uri);
    }
    bool in_time() const { return std::chrono::steady_clock::now() < until_; }

    /// The first post of the thread that can be had.
    db::Status climb() {
        db::Status top = opened_;
        for (int step = 0; step < max_ancestors && in_time(); ++step) {
            std::optional<db::Status> parent;
            if (top.in_reply_to) {
                parent = load(fetcher_, top.in_reply_to);
            } else if (!top.in_reply_to_uri.empty() && !is_ours(top.in_reply_to_uri)) {
                ++done_.fetches;
                if (const auto fetched = fetcher_.fetch(top.in_reply_to_uri)) parent = *fetched;
            }
            if (!parent) break;
            ++done_.ancestors;
            top = std::move(*parent);
        }
        return top;
    }

    bool may_ask(const std::string& uri) {
        if (done_.fetches >= max_descendants || !in_time()) return false;
        const auto host = host_of(uri);
        if (host == home_host_) return true;
        return asked_[host]++ < max_per_other_host;
    }

    std::optional<db::Status> fetch_item(const std::string& uri) {
        if (uri.empty() || is_ours(uri) || !seen_.insert(uri).second || !may_ask(uri)) {
            return std::nullopt;
        }
        ++done_.fetches;
        const auto fetched = fetcher_.fetch(uri);
        if (!fetched) return std::nullopt;
        ++done_.descendants;
        return *fetched;
    }

    std::vector<std::string> read_ids(const std::string& uri) {
        std::vector<std::string> ids;
        if (uri.empty() || is_ours(uri) || !may_ask(uri)) return ids;
        ++done_.fetches;
        const auto items = fetcher_.read_items(uri);
        if (!items) return ids;
        for (const auto& item : *items)
            ids.push_back(item.id);
        return ids;
    }

    bool read_context(const db::Status& root) {
        // Only the origin of the first post can say what hangs below it.
        if (!same_origin(root.context_uri, root.uri)) return false;
        const auto ids = read_ids(root.context_uri);
        for (const auto& id : ids)
            fetch_item(id);
        return !ids.empty();
    }

    void read_replies(const db::Status& root) {
        std::vector<db::Status> level{root};
        for (int depth = 0; depth < max_levels && !level.empty(); ++depth) {
            std::vector<db::Status> next;
            for (const auto& status : level) {
                for (const auto& id : read_ids(status.replies_uri)) {
                    auto reply = fetch_item(id);
                    if (reply && reply->in_reply_to_uri == status.uri) {
                        next.push_back(std::move(*reply));
                    }
                }
            }
            level = std::move(next);
        }
    }

    Fetcher& fetcher_;
    db::Status opened_;
    std::chrono::steady_clock::time_point until_;
    std::string home_host_;
    Backfilled done_;
    std::unordered_set<std::string> seen_;
    std::unordered_map<std::string, int> asked_;
};

// The object of a Create of the account's own, "" for anything else.
std::string own_post_of(const federation::CollectionItem& item, const db::Account& account) {
    std::string id = item.id;
    if (item.type == "Create" && item.embedded.is_object()) {
        id = JsonReader(item.embedded).id_or_empty("object");
    } else if (!item.type.empty() && item.type != "Note" && item.type != "Question") {
        return {};
    }
    return same_origin(id, account.uri) ? id : std::string{};
}

void fill_featured(Fetcher& fetcher, const db::Account& account) {
    if (account.featured_uri.empty()) return;
    const auto items = fetcher.read_items(account.featured_uri);
    if (!items) return; // An unreadable list changes nothing.
    std::vector<StatusId> pinned;
    for (const auto& item : *items) {
        if (pinned.size() == db::pins::max_pins) break;
        if (item.id.empty() || !same_origin(item.id, account.uri)) continue;
        const auto status = fetcher.fetch(item.id);
        // Others' posts are dropped (PROTOCOL section 18).
        if (status && status->author == account.id) pinned.push_back(status->id);
    }
    db::Tx tx(fetcher.deps().pool);
    db::pins::replace(tx, account.id, pinned);
    tx.commit();
}

void fill_outbox(Fetcher& fetcher, const db::Account& account) {
    if (account.outbox.empty()) return;
    const auto items = fetcher.read_items(account.outbox);
    if (!items) return;
    int fetches = 0;
    for (const auto& item : *items) {
        if (fetches == max_outbox_posts) break;
        const auto id = own_post_of(item, account);
        if (id.empty()) continue;
        ++fetches;
        if (const auto status = fetcher.fetch(id); !status) {
            spdlog::debug("statuses: {}", status.error().detail);
        }
    }
}

} // namespace

Backfilled backfill_thread(Fetcher& fetcher, StatusId opened) {
    auto status = load(fetcher, opened);
    if (!status) return {};
    return ThreadBackfill(fetcher, std::move(*status)).run();
}

void backfill_profile(Fetcher& fetcher, AccountId id) {
    std::optional<db::Account> account;
    {
        db::Tx tx(fetcher.deps().pool);
        account = db::accounts::find(tx, id);
    }
    if (!account || account->is_local() || !account->is_visible()) return;
    fill_featured(fetcher, *account);
    fill_outbox(fetcher, *account);
}

} // namespace statuses
