/** Hours in minutes: everything that the library can be asked for at once, for as long as one has time. */
package org.tornadomla.soak;
