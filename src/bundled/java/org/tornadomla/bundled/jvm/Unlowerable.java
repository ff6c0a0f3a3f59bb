package org.tornadomla.bundled.jvm;

/** A kernel does something that has no lowered form; it runs on the API's own objects then. */
final class Unlowerable extends RuntimeException {

    Unlowerable(String construct) {
        super(construct, null, false, false);
    }
}
