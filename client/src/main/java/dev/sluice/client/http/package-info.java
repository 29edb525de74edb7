/** The client over HTTP: each request once, when it is sent again, and what the answers say. */
@NullMarked
package dev.sluice.client.http;

import org.jspecify.annotations.NullMarked;
