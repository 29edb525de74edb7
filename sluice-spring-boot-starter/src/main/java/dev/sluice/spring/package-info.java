/** Executes the agents of a Spring Boot application: a runner as one of its beans. */
@NullMarked
package dev.sluice.spring;

import org.jspecify.annotations.NullMarked;
