/** What tests of several packages share: comparison of arrays, seeded random numbers and weights, checkpoint files. */
package org.tornadomla.testing;
