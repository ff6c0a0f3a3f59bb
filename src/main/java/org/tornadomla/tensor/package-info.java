/** Number formats of stored weights, their conversion, and tensors on a device. */
@NullMarked
package org.tornadomla.tensor;

import org.jspecify.annotations.NullMarked;
