#include "web/qr_code.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

namespace web {

std::string render_qr_code(const std::string& text) {
    constexpr int quiet_zone = 4; ///< ISO/IEC 18004.
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), QRcode_free);
    if (!code) return "";
    const int size = code->width + 2 * quiet_zone;
    std::string path;
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            const bool is_dark = (code->data[y * code->width + x] & 1) != 0;
            if (is_dark) path += fmt::format("M{} {}h1v1h-1z", x + quiet_zone, y + quiet_zone);
        }
    }
    return fmt::format(R"(<svg class="qr" xmlns="http://www.w3.org/2000/svg" role="img" )"
                       R"(aria-label="QR code for an authenticator app" width="240" height="240" )"
                       R"(viewBox="0 0 {0} {0}"><path fill="#fff" d="M0 0h{0}v{0}H0z"/>)"
                       R"(<path fill="#000" d="{1}"/></svg>)",
                       size,
                       path);
}

} // namespace web
