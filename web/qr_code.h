#pragma once

#include <string>

namespace web {

/// A QR code as inline SVG, black on white whatever the page's colours; libqrencode's home. "" when
/// the text is too long for one.
std::string render_qr_code(const std::string& text);

} // namespace web
