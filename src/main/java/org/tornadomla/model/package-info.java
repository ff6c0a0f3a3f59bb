/** Models as they are published, whatever their files are. */
package org.tornadomla.model;
