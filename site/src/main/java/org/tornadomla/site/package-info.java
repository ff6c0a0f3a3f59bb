/** The website: the project's pages in HTML, beside the Javadoc. */
@org.jspecify.annotations.NullMarked
package org.tornadomla.site;
