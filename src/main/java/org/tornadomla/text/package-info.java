/** What a model's answer is made of: its reasoning, its text, and the tools that it calls. */
package org.tornadomla.text;
