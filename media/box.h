#pragma once

#include "base/descriptor.h"
#include "base/result.h"
#include "media/processed.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <string_view>
#include <utility>

namespace media {

/// What the result is for, which says how large it may be (media_process/answer.h).
enum class Profile { Attachment, Thumbnail, Avatar, Header, Emoji };
std::string_view to_string(Profile profile);

/// A private folder that goes with everything in it.
class WorkFolder {
  public:
    /// Throws std::runtime_error.
    explicit WorkFolder(const std::string& parent);
    WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    WorkFolder& operator=(WorkFolder&&) = delete;
    ~WorkFolder();
    const std::string& path() const { return path_; }
    /// A regular file in it; nothing when it is a link, something else, or not there.
    Descriptor open(const char* name) const;

  private:
    std::string path_;
};

/// A processed file: what it is, and the folder with "original" and perhaps "small".
struct Made {
    Processed what{};
    WorkFolder folder;
};

struct BoxOptions {
    std::string program{};     ///< Where staffroom-media is.
    std::string work_folder{}; ///< On disk, private; made when missing.
    int at_once = 2;
};

/// Writes what is to be processed into a file; false when it could not.
using WriteInput = std::function<bool(int target)>;

/// Runs staffroom-media, a process for each file, never more than `at_once`. All that is foreign is
/// decoded there and nowhere else. Safe from any thread.
class Box {
  public:
    explicit Box(BoxOptions options);

    /// Waits up to `patience` for its turn and up to `time` for the result; blocks. No transaction
    /// is open meanwhile. Errors: Unprocessable (the file is refused, or needs too long; `shown`
    /// says why), Unavailable (no turn, no program, the server stops: try again).
    Result<Made> run(Profile profile,
                     const WriteInput& write_input,
                     std::chrono::seconds time,
                     std::chrono::seconds patience = std::chrono::seconds{20});
    /// What the sandbox has on this machine, as one line for the doctor. Errors: Unavailable.
    Result<std::string> check();
    /// Ends what runs; what comes is refused with Unavailable.
    void stop() { stopping_ = true; }

  private:
    Result<std::string> spawn(const std::string& folder,
                              const std::string& argument,
                              std::chrono::seconds time) const;

    BoxOptions options_;
    std::counting_semaphore<64> places_;
    std::atomic<bool> stopping_ = false;
};

} // namespace media
