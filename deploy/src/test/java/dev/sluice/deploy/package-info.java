/** Checks the chart, alerts and dashboards against the code, and against Kubernetes' own types. */
@NullMarked
package dev.sluice.deploy;

import org.jspecify.annotations.NullMarked;
