#pragma once

#include "inbox/received.h"

#include <string_view>

namespace inbox {

/// What the worker fetches before the handler's transaction.
enum class Needs {
    Nothing,
    Posts,       ///< The objects as posts, read at their origin where only an id was given.
    NewPosts,    ///< The same, with their parents, quoted posts and whom they mention.
    Instrument,  ///< The post in `instrument`.
    KnownObject, ///< `object` is to be a stored post.
    FreshTarget, ///< `target`, an actor, read anew.
};

struct Row {
    std::string_view type;
    Handler handler;
    Needs needs = Needs::Nothing;
};

/// The row of a type; nullptr for what is taken with 202 and has no effect here.
const Row* find_row(std::string_view type);

} // namespace inbox
