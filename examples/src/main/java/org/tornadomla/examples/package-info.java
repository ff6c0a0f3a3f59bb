/** Short programs of a user; examples/README.md says how to run them. */
package org.tornadomla.examples;
