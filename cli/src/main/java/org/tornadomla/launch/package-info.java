/**
 * What the launcher {@code mla} does in Java: it builds the project, checks an SDK, writes a JVM's arguments, and runs
 * the tests and the benchmarks.
 */
package org.tornadomla.launch;
