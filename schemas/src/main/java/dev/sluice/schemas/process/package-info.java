/** What every process has: flags, checked settings, a role that runs until told to stop, probes. */
@NullMarked
package dev.sluice.schemas.process;

import org.jspecify.annotations.NullMarked;
