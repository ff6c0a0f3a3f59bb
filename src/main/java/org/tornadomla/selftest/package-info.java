/** What a device must show before it is trusted, and the memory of what it showed. */
package org.tornadomla.selftest;
