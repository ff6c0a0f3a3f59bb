/** Tests of the devices that stand in for ones that are not at hand. */
package org.tornadomla.lanes;
