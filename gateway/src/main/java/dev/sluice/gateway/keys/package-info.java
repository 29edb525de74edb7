/** API keys: their form, their records on a topic of their own, and who may do what with them. */
@NullMarked
package dev.sluice.gateway.keys;

import org.jspecify.annotations.NullMarked;
