#include "http/metrics.h"

#include <gtest/gtest.h>

TEST(Metrics, RendersWhatWasCounted) {
    http::Metrics metrics;
    const auto taken = metrics.counter("inbox_total", "Activities", {{"outcome", "taken"}});
    const auto refused = metrics.counter("inbox_total", "Activities", {{"outcome", "refused"}});
    taken.add();
    taken.add(2);
    refused.add();
    metrics.counter("inbox_total", "Activities", {{"outcome", "taken"}}).add();
    metrics.gauge("workers", "Threads").set(4);
    metrics.histogram("request_seconds", "Time", {0.1, 1}).observe(0.5);
    double queue = 3;
    metrics.watch("queue", "Waiting", [&] { return queue; });
    queue = 7;
    const auto text = metrics.render();
    for (const auto* line : {"# TYPE inbox_total counter",
                             "inbox_total{outcome=\"taken\"} 4",
                             "inbox_total{outcome=\"refused\"} 1",
                             "workers 4",
                             "request_seconds_bucket{le=\"0.1\"} 0",
                             "request_seconds_bucket{le=\"1\"} 1",
                             "queue 7"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
    }
}
