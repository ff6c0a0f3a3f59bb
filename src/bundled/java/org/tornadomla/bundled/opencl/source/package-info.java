/**
 * Translation of kernels' bytecode to OpenCL C. {@link org.tornadomla.bundled.opencl.source.KernelTranslator} is the
 * entrance; nothing here needs an OpenCL driver.
 */
package org.tornadomla.bundled.opencl.source;
