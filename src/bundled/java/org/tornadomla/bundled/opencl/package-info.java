/**
 * The engine {@code opencl}: kernels are translated to OpenCL C and run by any OpenCL driver, which is called by the
 * JDK's foreign-function API.
 *
 * <p>Kernels mean what they mean in Java: integers wrap, shift distances are masked, conversions saturate, comparisons
 * with NaN are false, private arrays start as zeros, and + - * / and square roots of floats are rounded once each.
 * Where they differ: <ul> <li>a product that is added to may stay unrounded, and the lanes of a vector may be summed in
 * halves; the system property {@code mla.opencl.contract=false} turns both off; <li>functions such as {@code exp} have
 * the driver's accuracy, a few units in the last place, and {@code (float) Math.exp(x)} of a float is computed in
 * single precision; <li>nothing is thrown: integers divided by 0 give 0 (the remainder is the dividend), and no
 * subscript is checked. The {@code jvm} engine checks, and is the place to look for such faults. </ul>
 */
package org.tornadomla.bundled.opencl;
