/** LangChain4j in agents: calls of models and tools are durable steps, and memory replays. */
@NullMarked
package dev.sluice.langchain4j;

import org.jspecify.annotations.NullMarked;
