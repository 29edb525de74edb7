package dev.sluice.gateway.events;

import java.time.Duration;

/**
 * Bounds on streams.
 *
 * @param gateway most at once at this gateway
 * @param tenant most of these of one tenant
 * @param heartbeat how often a stream on which nothing happens says so
 * @param longest how long a stream lasts before its caller has to come back
 */
public record StreamLimits(int gateway, int tenant, Duration heartbeat, Duration longest) {}
