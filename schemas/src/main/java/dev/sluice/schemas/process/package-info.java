/**
 * Shared by every process: flags, checked settings, a role that runs until told to stop, and
 * probes.
 */
@NullMarked
package dev.sluice.schemas.process;

import org.jspecify.annotations.NullMarked;
