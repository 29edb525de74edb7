/**
 * The program behind the launcher: roles, the client's commands, topics, logging, and the export of
 * traces.
 */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
