/** How the engines reach the memory of native arrays. */
package org.tornadomla.bundled.memory;
