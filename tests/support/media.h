#pragma once

#include "base/crypto.h"
#include "media/box.h"
#include "media/links.h"
#include "media/store.h"
#include "media/uploads.h"
#include "tests/support/database.h"

#include <filesystem>
#include <string>

/// A media store and the real staffroom-media in a folder of their own, which goes again.
struct TestMedia {
    explicit TestMedia(const Instance& given, Clock clock = system_now)
        : instance(given), workshop{.pool = test_pool(),
                                    .instance = instance,
                                    .box = box,
                                    .store = store,
                                    .clock = std::move(clock)},
          links(instance, "a key of tests") {}
    ~TestMedia() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    TestMedia(const TestMedia&) = delete;
    TestMedia& operator=(const TestMedia&) = delete;

    const Instance& instance;
    std::string folder = (std::filesystem::temp_directory_path() /
                          ("staffroom-media-" + crypto::hex(crypto::random_bytes(8))))
                             .string();
    media::Box box{{.program = STAFFROOM_MEDIA_PROGRAM, .work_folder = folder + "/work"}};
    media::DiskStore store{folder + "/media", 0};
    media::Workshop workshop;
    media::Links links;
};
