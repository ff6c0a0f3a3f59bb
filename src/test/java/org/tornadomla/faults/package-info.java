/** A device that fails on demand, and what the library makes of it. */
package org.tornadomla.faults;
