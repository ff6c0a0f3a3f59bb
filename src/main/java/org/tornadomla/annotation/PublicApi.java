package org.tornadomla.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a type that users of the library import. Its name and its public members stay as they are, but for members that
 * are marked {@link Internal}. Everything else in the library may change, though Java calls it public.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface PublicApi {

    /** Whether users only hand the type on, as they got it or by its constants: its members are the library's own. */
    boolean opaque() default false;
}
