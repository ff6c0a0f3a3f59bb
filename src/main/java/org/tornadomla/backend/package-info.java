/**
 * Engines and devices: which there are, what they can do, which one is chosen and why.
 */
package org.tornadomla.backend;
