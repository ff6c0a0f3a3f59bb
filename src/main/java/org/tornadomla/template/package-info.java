/**
 * The dialect of Jinja in which published models write their chat templates: a reader, a small interpreter with
 * Python's values, and nothing else that a template could reach. What it renders is what Jinja renders for
 * transformers, to the letter; what it does not know it refuses by template, line and construct.
 */
package org.tornadomla.template;
