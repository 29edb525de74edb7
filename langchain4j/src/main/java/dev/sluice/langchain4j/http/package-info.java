/** LangChain4j's transport on the thread of a step, which keeps what a refusal says. */
@NullMarked
package dev.sluice.langchain4j.http;

import org.jspecify.annotations.NullMarked;
