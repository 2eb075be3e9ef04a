#include "outbox/glass_file.h"

#include "base/crypto.h"
#include "base/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace outbox {
namespace {

std::string edited_text(const db::PrivatePost& post) {
    return post.edited_at ? format_iso8601(*post.edited_at) : "";
}

std::string recipients_text(const db::PrivatePost& post) {
    return fmt::format("{}", fmt::join(post.recipients, ","));
}

} // namespace

std::string hash_of(const db::PrivatePost& post) {
    return crypto::hex(crypto::sha256(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
                                                  post.uri,
                                                  format_iso8601(post.created_at),
                                                  edited_text(post),
                                                  post.visibility,
                                                  recipients_text(post),
                                                  post.spoiler_text,
                                                  post.content)));
}

std::string render_glass_csv(const GlassPosts& read) {
    std::string text = csv_line(
        {"uri", "published", "edited", "visibility", "recipients", "warning", "content", "sha256"});
    for (const auto& post : read.posts)
        text += csv_line({post.uri,
                          format_iso8601(post.created_at),
                          edited_text(post),
                          post.visibility,
                          guard_formula(recipients_text(post)),
                          guard_formula(post.spoiler_text),
                          guard_formula(post.content),
                          hash_of(post)});
    return text;
}

Json render_glass_json(const GlassPosts& read) {
    Json posts = Json::array();
    for (const auto& post : read.posts)
        posts.push_back({{"uri", post.uri},
                         {"published", format_iso8601(post.created_at)},
                         {"edited", edited_text(post)},
                         {"visibility", post.visibility},
                         {"recipients", post.recipients},
                         {"warning", post.spoiler_text},
                         {"content", post.content},
                         {"object", post.document},
                         {"sha256", hash_of(post)}});
    return {{"request", to_string(read.request.id)},
            {"member", read.author.uri},
            {"first", format_iso8601(read.request.first)},
            {"end", format_iso8601(read.request.end)},
            {"reason", read.request.reason},
            {"posts", std::move(posts)}};
}

} // namespace outbox
