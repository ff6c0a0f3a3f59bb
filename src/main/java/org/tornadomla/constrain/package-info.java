/**
 * Answers in a form: a JSON schema becomes a network of states over bytes, and at each place of an answer the tokens
 * that keep to it are a set. Whatever is written so, and ends by itself, is JSON that the schema allows.
 */
package org.tornadomla.constrain;
