/**
 * What turns calls into rounds of a plan, for one layer and for whole models alike: work of any size is cut into
 * rounds, each is filled, run, and its results are handed on.
 */
package org.tornadomla.driver;
