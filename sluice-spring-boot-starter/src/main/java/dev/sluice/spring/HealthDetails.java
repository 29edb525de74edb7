package dev.sluice.spring;

import dev.sluice.runner.RunnerHealth;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A runner's health in the words of Spring Boot, whose types differ between its versions.
 *
 * @param status {@code UP}, {@code OUT_OF_SERVICE} while it takes no runs, or {@code DOWN}
 */
record HealthDetails(String status, Map<String, Object> details) {
  static HealthDetails of(@Nullable RunnerHealth health) {
    if (health == null) {
      return new HealthDetails("OUT_OF_SERVICE", Map.of("problem", "it is not started"));
    }
    var details = new LinkedHashMap<String, Object>();
    details.put("state", health.state().name());
    if (health.problem() != null) {
      details.put("problem", health.problem());
    }
    details.put("slots", health.slots());
    details.put("active", health.active());
    details.put("stuck", health.stuck());
    return new HealthDetails(
        switch (health.state()) {
          case READY -> "UP";
          case NOT_READY, CLOSED -> "OUT_OF_SERVICE";
          case FAILED -> "DOWN";
        },
        details);
  }
}
