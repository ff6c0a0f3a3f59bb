/** Task graphs and execution plans: which buffers exist where, what is copied when, and what is refused. */
package org.tornadomla.bundled.runtime;
