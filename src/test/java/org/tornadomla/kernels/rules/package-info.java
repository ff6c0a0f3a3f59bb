/**
 * Holds kernels to what TornadoVM compiles, and compiles rightly, by reading their bytecode.
 *
 * <p>The rules are about what was measured on TornadoVM 5.2: constructs that it refuses, and worse, constructs that it
 * translates into other programs without a word. A kernel that breaks one fails on a bare JDK already. Some rules are
 * heuristics: they may refuse what happens to work, and what they cannot see at all is listed in
 * {@link org.tornadomla.kernels.rules.KernelChecker}.
 */
package org.tornadomla.kernels.rules;
