/** Language models for the sample agents: any OpenAI-compatible endpoint, or one built in. */
@NullMarked
package dev.sluice.local.model;

import org.jspecify.annotations.NullMarked;
