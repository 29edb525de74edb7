/** The one program behind the launcher: roles, the client's commands, topics, and how it logs. */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
