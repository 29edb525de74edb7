package dev.sluice.runner.worker;

import java.time.Clock;

/** The times that steps keep: how long a body may take, and how long a try waits for the next. */
record StepPauses(LimitPauses limits, StepTimeouts timeouts, Clock clock) {}
