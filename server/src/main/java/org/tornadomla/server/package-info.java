/**
 * A server that speaks OpenAI's protocol over the JDK's own HTTP server: chat and plain completions, whole or as events
 * while they are written, and what an operator asks of a server.
 */
package org.tornadomla.server;
