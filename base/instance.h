#pragma once

#include <string>

/// What never changes while a server runs. Made once in app/, handed out by reference.
struct Instance {
    std::string origin;      ///< "https://maple.example", "http://localhost:8080": ids begin with it.
    std::string host;        ///< The authority of origin: "maple.example", "localhost:8080".
    std::string handle_host; ///< What stands behind the @ of a handle; host unless configured.
    std::string media_host{}; ///< Empty: media are under origin + "/media/".
    std::string title = "Staffroom";
    std::string description{}; ///< One plain sentence.
    std::string contact_email{};
    std::string version = STAFFROOM_VERSION;
    std::string data_dir{}; ///< Absolute.
};
