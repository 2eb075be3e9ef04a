#include "web/browser.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace web {

std::string describe_browser(std::string_view agent) {
    using Sign = std::pair<std::string_view, std::string_view>;
    // Most browsers also claim to be the ones that stand further down.
    constexpr std::array browsers{Sign{"Edg", "Edge"},
                                  Sign{"OPR/", "Opera"},
                                  Sign{"Firefox/", "Firefox"},
                                  Sign{"FxiOS/", "Firefox"},
                                  Sign{"Chrom", "Chrome"},
                                  Sign{"CriOS/", "Chrome"},
                                  Sign{"Safari/", "Safari"}};
    constexpr std::array systems{Sign{"Android", "Android"},
                                 Sign{"iPhone", "an iPhone"},
                                 Sign{"iPad", "an iPad"},
                                 Sign{"CrOS", "ChromeOS"},
                                 Sign{"Windows", "Windows"},
                                 Sign{"Mac OS X", "macOS"},
                                 Sign{"Linux", "Linux"}};
    const auto named = [agent](const auto& signs) {
        for (const auto& [sign, name] : signs) {
            if (agent.find(sign) != std::string_view::npos) return name;
        }
        return std::string_view();
    };
    const auto browser = named(browsers);
    const auto system = named(systems);
    return fmt::format(
        "{}{}{}", browser.empty() ? "A browser" : browser, system.empty() ? "" : " on ", system);
}

} // namespace web
