/** What the engines and the plan executor read from the bytecode of kernels. */
package org.tornadomla.bundled.bytecode;
