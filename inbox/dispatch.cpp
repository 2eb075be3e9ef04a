#include "inbox/dispatch.h"

#include "inbox/handlers.h"

#include <algorithm>
#include <array>

namespace inbox {
namespace {

// PROTOCOL section 12. What has no row (View, Dislike, Join, ...) changes nothing.
constexpr std::array<Row, 17> rows = {{
    {"Accept", handle_accept},
    {"Add", handle_add, Needs::KnownObject},
    {"Announce", handle_announce, Needs::KnownObject},
    {"Block", handle_block},
    {"Create", handle_create, Needs::NewPosts},
    {"Delete", handle_delete},
    {"EmojiReact", handle_like},
    {"Flag", handle_flag},
    {"Follow", handle_follow},
    {"Like", handle_like},
    {"Move", handle_move, Needs::FreshTarget},
    {"Offer", handle_offer},
    {"QuoteRequest", handle_quote_request, Needs::Instrument},
    {"Reject", handle_reject},
    {"Remove", handle_remove},
    {"Undo", handle_undo},
    {"Update", handle_update, Needs::Posts},
}};

} // namespace

const Row* find_row(std::string_view type) {
    const auto row = std::ranges::find(rows, type, &Row::type);
    return row == rows.end() ? nullptr : &*row;
}

} // namespace inbox
