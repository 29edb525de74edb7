/** The program behind the launcher: roles, the client's commands, topics, and logging. */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
