/** The engine that runs kernels as Java, on all cores. */
package org.tornadomla.bundled.jvm;
