#include "outbox/archive_file.h"

#include "actors/local.h"
#include "base/csv.h"
#include "base/descriptor.h"
#include "base/json.h"
#include "base/tar.h"
#include "db/account_pictures.h"
#include "db/exports.h"
#include "db/media_attachments.h"
#include "federation/collection.h"
#include "federation/uris.h"
#include "media/links.h"
#include "outbox/export.h"
#include "outbox/serve_activity.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace outbox {
namespace {

constexpr int part = 100;
constexpr int people_part = 1'000;

/// A file without a name: an entry's size must be known before its first byte.
class Draft {
  public:
    explicit Draft(const std::string& folder)
        : file_(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)),
          is_whole_(static_cast<bool>(file_)) {}

    bool write(std::string_view bytes) {
        while (is_whole_ && !bytes.empty()) {
            const auto written = ::write(file_.get(), bytes.data(), bytes.size());
            is_whole_ = written > 0;
            if (!is_whole_) break;
            size_ += static_cast<std::uint64_t>(written);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return is_whole_;
    }
    bool add_to(TarWriter& tar, const std::string& name) const {
        return is_whole_ && tar.add_file(name, file_.get(), 0, size_);
    }

  private:
    Descriptor file_;
    std::uint64_t size_ = 0;
    bool is_whole_;
};

/// An OrderedCollection, item by item; how many there are is known at the end.
class CollectionDraft {
  public:
    CollectionDraft(const std::string& folder, const std::string& id) : draft_(folder) {
        // A page's context has the terms of posts.
        const Json context = federation::render_collection_page({.id = id}).at("@context");
        const Json head{{"@context", context}, {"id", id}, {"type", "OrderedCollection"}};
        std::string text = dump_json(head);
        text.pop_back();
        draft_.write(text + ",\n\"orderedItems\":[");
    }
    void add(const Json& item) { draft_.write((count_++ == 0 ? "\n" : ",\n") + dump_json(item)); }
    bool end_in(TarWriter& tar, const std::string& name) {
        draft_.write(fmt::format("\n],\"totalItems\":{}}}\n", count_));
        return draft_.add_to(tar, name);
    }

  private:
    Draft draft_;
    std::int64_t count_ = 0;
};

struct Making {
    const ArchiveDeps& deps;
    const db::Account& account;
    std::string folder; ///< For drafts.
    TarWriter& tar;
};

// What is left out for it makes no archive: the next write fails.
bool is_stopping(const Making& making) {
    return making.deps.stopping != nullptr && *making.deps.stopping;
}

/// The member's own posts and boosts, newest first, in parts: `load` reads with the transaction,
/// `take` gets what it read without one, since files may come over the network.
template <typename Load, typename Take>
void for_each_part(const Making& making, Load load, Take take) {
    StatusId below{};
    for (;;) {
        std::vector<StatusId> ids;
        decltype(load(std::declval<db::Tx&>(), ids)) loaded;
        {
            db::Tx tx(making.deps.pool);
            ids = db::exports::own_statuses(tx, making.account.id, below, part);
            loaded = load(tx, ids);
        }
        take(loaded);
        if (std::ssize(ids) < part || is_stopping(making)) return;
        below = ids.back();
    }
}

bool add_outbox(const Making& making) {
    CollectionDraft outbox(making.folder, federation::outbox_uri(making.account.uri));
    const auto load = [&making](db::Tx& tx, const std::vector<StatusId>& ids) {
        auto statuses = db::statuses::find_all(tx, ids);
        std::ranges::sort(statuses, std::greater{}, &db::Status::id);
        std::vector<Json> activities;
        for (const db::Status& status : statuses) {
            activities.push_back(render_activity(tx, making.deps.instance, status));
            activities.back().erase("@context");
        }
        return activities;
    };
    for_each_part(making, load, [&outbox](const std::vector<Json>& activities) {
        for (const Json& activity : activities)
            outbox.add(activity);
    });
    return outbox.end_in(making.tar, "activitypub/outbox.json");
}

/// A collection of ids: people or posts.
template <typename Load>
bool add_uris(const Making& making, const std::string& id, const std::string& name, Load load) {
    CollectionDraft collection(making.folder, id);
    std::int64_t below = 0;
    for (;;) {
        db::Tx tx(making.deps.pool);
        const auto rows = load(tx, making.account.id, below, people_part);
        for (const auto& row : rows)
            collection.add(row.uri);
        if (std::ssize(rows) < people_part || is_stopping(making)) break;
        below = rows.back().key;
    }
    return collection.end_in(making.tar, "activitypub/" + name);
}

bool add_collections(const Making& making) {
    const std::string& actor = making.account.uri;
    return add_uris(making,
                    federation::followers_uri(actor),
                    "followers.json",
                    db::exports::followers) &&
           add_uris(making,
                    federation::following_uri(actor),
                    "following.json",
                    db::exports::following) &&
           add_uris(making, actor + "/liked", "likes.json", db::exports::favourites) &&
           add_uris(making, actor + "/bookmarks", "bookmarks.json", db::exports::bookmarks) &&
           add_uris(making, actor + "/blocks", "blocks.json", db::exports::blocks);
}

bool add_tables(const Making& making) {
    return std::ranges::all_of(csv_exports(), [&making](const CsvExport& table) {
        db::Tx tx(making.deps.pool);
        const auto text = table.render(tx, making.deps.instance, making.account.id);
        return making.tar.add(fmt::format("activitypub/{}", table.file_name), text);
    });
}

/// Where a file of the media store goes.
struct MediaEntry {
    std::string stored{};
    std::string name{};    ///< In the archive, without extension.
    std::string address{}; ///< Where it is seen.
    std::string description{};
};

/// The member's files, and a table that says which address each had.
class MediaShelf {
  public:
    explicit MediaShelf(const Making& making) : making_(making) {}

    /// False: the archive failed.
    bool add(const MediaEntry& entry) {
        const auto& deps = making_.deps;
        const auto file = deps.media.open(entry.stored);
        if (!file && file.error().kind != Error::Kind::NotFound) return false;
        if (!file) {
            // One that was lost must not keep the others from their owner.
            spdlog::warn("outbox: archive without file={}", entry.stored);
            return true;
        }
        if (media::free_bytes(making_.folder) < deps.reserve_bytes + file->size) return false;
        const auto name = entry.name + std::filesystem::path(entry.stored).extension().string();
        if (!making_.tar.add_file(name, file->file->get(), file->offset, file->size)) return false;
        index_ += csv_line({name, entry.address, guard_formula(entry.description)});
        return true;
    }
    bool end() { return making_.tar.add("media/index.csv", index_); }

  private:
    const Making& making_;
    std::string index_ = "File,Address,Description\n";
};

std::vector<MediaEntry> find_pictures(const Making& making) {
    const auto& account = making.account;
    std::vector<MediaEntry> entries;
    db::Tx tx(making.deps.pool);
    for (const auto& [kind, url] :
         {std::pair{"avatar", account.avatar_url}, std::pair{"header", account.header_url}}) {
        if (const auto picture = db::account_pictures::find(tx, account.id, kind)) {
            entries.push_back({.stored = picture->original_file,
                               .name = fmt::format("media/{}", kind),
                               .address = url,
                               .description = picture->description});
        }
    }
    return entries;
}

std::vector<MediaEntry> find_media(db::Tx& tx,
                                   const Making& making,
                                   const std::vector<StatusId>& ids) {
    std::vector<MediaEntry> entries;
    for (const auto& media : db::media_attachments::list_all(tx, ids)) {
        if (media.original_file.empty() || media.account != making.account.id) continue;
        entries.push_back({.stored = media.original_file,
                           .name = fmt::format("media/{}", to_string(media.id)),
                           .address = media::attachment_url(
                               making.deps.instance, media, media::Variant::Original),
                           .description = media.description});
    }
    return entries;
}

bool add_media(const Making& making) {
    MediaShelf shelf(making);
    bool is_whole = true;
    const auto add = [&](const std::vector<MediaEntry>& entries) {
        for (const auto& entry : entries)
            is_whole = is_whole && shelf.add(entry);
    };
    add(find_pictures(making));
    for_each_part(
        making,
        [&making](db::Tx& tx, const std::vector<StatusId>& ids) {
            return find_media(tx, making, ids);
        },
        add);
    return is_whole && shelf.end();
}

std::string render_manifest(const Instance& instance, const db::Account& account, Time now) {
    const std::string as2 = "https://www.w3.org/TR/activitystreams-core/#collections";
    const std::string csv = "https://docs.joinmastodon.org/user/moving/#export";
    // URIs and dates, in quotes: nothing in here can end a YAML string.
    std::string text = fmt::format("ubc-version: 0.1\n"
                                   "meta:\n"
                                   "  created: \"{}\"\n"
                                   "  createdBy:\n"
                                   "    controller: \"{}\"\n"
                                   "    client:\n"
                                   "      name: \"Staffroom\"\n"
                                   "      url: \"{}\"\n"
                                   "contents:\n"
                                   "  manifest.yml:\n"
                                   "    url: \"https://codeberg.org/fediverse/fep/src/branch/main/"
                                   "fep/6fcd/fep-6fcd.md#manifest-file\"\n"
                                   "  activitypub:\n"
                                   "    contents:\n"
                                   "      actor.json:\n"
                                   "        url: "
                                   "\"https://www.w3.org/TR/activitypub/#actor-objects\"\n",
                                   format_iso8601(now),
                                   account.uri,
                                   instance.origin);
    for (const char* name : {"outbox.json",
                             "followers.json",
                             "following.json",
                             "likes.json",
                             "bookmarks.json",
                             "blocks.json"})
        text += fmt::format("      {}:\n        url: \"{}\"\n", name, as2);
    for (const CsvExport& table : csv_exports())
        text += fmt::format("      {}:\n        url: \"{}\"\n", table.file_name, csv);
    return text + "  media:\n"
                  "    url: \"https://www.w3.org/TR/activitystreams-vocabulary/#dfn-attachment\"\n"
                  "    contents:\n"
                  "      index.csv:\n"
                  "        url: \"https://www.rfc-editor.org/rfc/rfc4180\"\n";
}

} // namespace

std::string archive_folder(const ArchiveDeps& deps) {
    return (std::filesystem::path(deps.instance.data_dir) / "archives").string();
}

bool write_archive(const ArchiveDeps& deps, const db::Account& account, int target) {
    TarWriter tar(target, deps.stopping);
    const Making making{
        .deps = deps, .account = account, .folder = archive_folder(deps), .tar = tar};
    Json actor;
    {
        db::Tx tx(deps.pool);
        actor = actors::render_local_actor(tx, deps.instance, account);
    }
    return tar.add("manifest.yml", render_manifest(deps.instance, account, deps.clock())) &&
           tar.add("activitypub/actor.json", dump_json(actor)) && add_outbox(making) &&
           add_collections(making) && add_tables(making) && add_media(making) && tar.finish();
}

} // namespace outbox
