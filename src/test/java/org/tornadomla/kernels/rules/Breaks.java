package org.tornadomla.kernels.rules;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a sample kernel: the one rule that it breaks, in the line that ends with {@code // breaks}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Breaks {

    Rule value();
}
