#include "outbox/emoji.h"

#include "app/commands.h"
#include "app/media_parts.h"
#include "app/parts.h"
#include "db/audit_log.h"
#include "db/custom_emojis.h"
#include "media/emojis.h"
#include "media/storing.h"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace app {
namespace {

struct New {
    std::string shortcode;
    std::string file;
    std::string category;
    bool hidden = false;
};

void audit(db::Tx& tx, const char* act, const std::string& shortcode) {
    db::audit_log::insert(tx,
                          {.actor = "command line", .act = act, .subject = "emoji " + shortcode});
}

void add(const Start& start, const New& wanted) {
    constexpr std::uintmax_t most_bytes = 1024UL * 1024;
    if (!outbox::is_shortcode(wanted.shortcode)) {
        throw CommandFailed("a shortcode has 2 to 64 letters without accents, digits and "
                            "underscores, and no colons");
    }
    std::error_code failure;
    const auto size = std::filesystem::file_size(wanted.file, failure);
    if (failure) throw CommandFailed(fmt::format("\"{}\" cannot be read", wanted.file));
    if (size > most_bytes) throw CommandFailed("the picture has more than 1 MiB");
    const auto context = open_context(start);
    http::LiveClient client(open_client_options(context));
    MediaParts media(context, client, client);
    const auto write = [&](int target) {
        const Descriptor file(::open(wanted.file.c_str(), O_RDONLY | O_CLOEXEC));
        return file && media::copy_file(file.get(), target);
    };
    const auto stored = media::store_emoji(
        media.workshop,
        {.shortcode = wanted.shortcode, .category = wanted.category, .listed = !wanted.hidden},
        write);
    if (!stored) {
        const auto& error = stored.error();
        throw CommandFailed(error.shown.empty() ? error.detail : error.shown);
    }
    db::Tx tx(*context.pool);
    audit(tx, "emoji.add", wanted.shortcode);
    tx.commit();
    fmt::print(":{}: can be used.\n", wanted.shortcode);
}

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto emojis = db::custom_emojis::list(tx);
    if (emojis.empty()) fmt::print("There are none.\n");
    for (const auto& emoji : emojis) {
        fmt::print(":{}:  {}{}\n",
                   emoji.shortcode,
                   emoji.category,
                   emoji.listed ? "" : " (not offered by apps)");
    }
}

void remove(const Start& start, const std::string& shortcode) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    if (!db::custom_emojis::remove(tx, shortcode))
        throw CommandFailed(fmt::format("there is no :{}:", shortcode));
    audit(tx, "emoji.remove", shortcode);
    tx.commit();
    fmt::print(":{}: is gone; where it was used it is read as a word.\n", shortcode);
}

} // namespace

void add_emoji(CLI::App& line, const Start& start) {
    auto* emoji =
        line.add_subcommand("emoji", "pictures that stand for :words: in what members write")
            ->require_subcommand(1);
    auto wanted = std::make_shared<New>();
    auto* adding = emoji->add_subcommand("add", "a picture, in place of one of that name");
    adding->add_option("shortcode", wanted->shortcode, "as written, without colons")->required();
    adding->add_option("file", wanted->file, "PNG, JPEG, WebP or GIF, at most 1 MiB")->required();
    adding->add_option("--category", wanted->category, "under which apps list it");
    adding->add_flag("--hidden", wanted->hidden, "can be used, but apps do not offer it");
    adding->callback([&start, wanted] { add(start, *wanted); });
    emoji->add_subcommand("list", "all of them")->callback([&start] { list(start); });
    auto gone = std::make_shared<std::string>();
    auto* removing = emoji->add_subcommand("remove", "take one away");
    removing->add_option("shortcode", *gone)->required();
    removing->callback([&start, gone] { remove(start, *gone); });
}

} // namespace app
