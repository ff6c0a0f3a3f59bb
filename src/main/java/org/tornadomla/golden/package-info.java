/**
 * Golden cases: inputs with the outputs that another implementation computed for them, and the runs that compare the
 * library with them.
 */
package org.tornadomla.golden;
