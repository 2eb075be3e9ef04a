#pragma once

#include "app/context.h"
#include "http/client.h"
#include "media/box.h"
#include "media/links.h"
#include "media/remote.h"
#include "media/serve.h"
#include "media/store.h"
#include "media/tasks.h"
#include "media/uploads.h"

#include <memory>
#include <string>

namespace app {

/// Where uploads and copies lie; in the backup.
std::string media_folder(const Instance& instance);
/// Of an S3-compatible store: what was put or read there lately.
std::string media_copies_folder(const Instance& instance);
/// What is being received and processed; empty when nothing is.
std::string media_work_folder(const Instance& instance);
/// Beside this program, else by PATH; "" when it is not installed.
std::string find_media_program();

/// Everything that has to do with files, made in this order.
struct MediaParts {
    MediaParts(const Context& context, http::Client& peer_client, http::Client& open_client);

    media::Links links;
    media::Box box;
    std::unique_ptr<media::Store> store;
    media::Remote remote;
    media::Remote cards; ///< By the open client.
    media::Workshop workshop;
    media::Serving serving;
    media::TaskDeps tasks;
};

} // namespace app
