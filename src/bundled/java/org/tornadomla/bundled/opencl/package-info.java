/**
 * The engine {@code opencl}: kernels are translated to OpenCL C and run by any OpenCL driver, which is called by the JDK's
 * foreign-function API.
 */
package org.tornadomla.bundled.opencl;
