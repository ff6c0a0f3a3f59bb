/** Number formats of stored weights, their conversion, and tensors on a device. */
package org.tornadomla.tensor;
