package org.tornadomla.constrain;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Makes equal places of a form one object, so that what follows each is worked out once. For several threads. */
final class Places {

    /** Places that are kept. Long counts have many; those that are in use stay when the others are given up. */
    private static final int MOST = 1 << 14;

    private final ConcurrentMap<Place, Place> known = new ConcurrentHashMap<>();

    /** The place that stands for all that are equal to this one. */
    Place one(Place place) {
        if (known.size() >= MOST) {
            known.clear();
        }
        Place first = known.putIfAbsent(place, place);
        return first == null ? place : first;
    }
}
