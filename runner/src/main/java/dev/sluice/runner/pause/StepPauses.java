package dev.sluice.runner.pause;

import java.time.Clock;

/** The times that steps keep: how long a body may take, and how long a try waits for the next. */
public record StepPauses(LimitPauses limits, StepTimeouts timeouts, Clock clock) {}
