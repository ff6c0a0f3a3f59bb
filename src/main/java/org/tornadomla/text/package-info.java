/** What a model's answer is made of: its reasoning, its text, and the tools that it calls. */
@NullMarked
package org.tornadomla.text;

import org.jspecify.annotations.NullMarked;
