package org.tornadomla.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.tornadomla.error.ConfigurationException;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorInt16;

/**
 * The arrays of a plan, each with a name for listings and the role that decides its transfers. Arrays are told apart by
 * identity.
 */
public final class Buffers {

    /** What a buffer is for. */
    public enum Role {
        /** Read only; goes up once. */
        WEIGHT,
        /** Written by the host before every execution. */
        INPUT,
        /** Lives on the device; what the host array holds goes up once. */
        STATE,
        /** Written on the device before it is read; nothing goes up. */
        SCRATCH,
        /** Written on the device; comes down on demand. */
        OUTPUT,
        /** Written by the host before every execution and changed on the device; comes down on demand. */
        EXCHANGED
    }

    private record Entry(String name, Role role, Object array) {
    }

    private final Map<Object, Entry> entries = new IdentityHashMap<>();
    private final List<Object> order = new ArrayList<>();

    /**
     * Registers an array; a second registration under the same name and role does nothing.
     *
     * @throws ConfigurationException when the array or the name is taken
     */
    public <T> T add(String name, Role role, T array) {
        Entry known = entries.get(array);
        if (known != null) {
            if (known.name.equals(name) && known.role == role) {
                return array;
            }
            throw new ConfigurationException("buffer " + name + " is registered as " + known.name + " already");
        }
        for (Entry other : entries.values()) {
            if (other.name.equals(name)) {
                throw new ConfigurationException("two buffers named " + name);
            }
        }
        entries.put(array, new Entry(name, role, array));
        order.add(array);
        return array;
    }

    /** The scratch array of a name, made and registered where it is asked for first. */
    @SuppressWarnings("unchecked") // Who asks for a name again asks for what it was made as.
    public <T> T scratch(String name, Supplier<T> made) {
        for (Entry entry : entries.values()) {
            if (entry.name.equals(name)) {
                return (T) entry.array;
            }
        }
        return add(name, Role.SCRATCH, made.get());
    }

    /** The name of an array. */
    String name(Object array) {
        return entry(array).name;
    }

    /** The role of an array. */
    Role role(Object array) {
        return entry(array).role;
    }

    /** Whether an argument of a step is one of the arrays, and not a constant. */
    boolean contains(Object argument) {
        return entries.containsKey(argument);
    }

    /** All arrays of a role, in the order of their registration. */
    public List<Object> withRole(Role role) {
        return order.stream().filter(array -> role(array) == role).toList();
    }

    /** Bytes of all arrays of a role. */
    public long bytes(Role role) {
        return withRole(role).stream().mapToLong(array -> switch (array) {
            case VectorFloat16 vectors -> vectors.getArray().getNumBytesOfSegment();
            case VectorInt16 vectors -> vectors.getArray().getNumBytesOfSegment();
            case TornadoNativeArray numbers -> numbers.getNumBytesOfSegment();
            default -> throw new ConfigurationException("buffer " + name(array) + " is of no known type");
        }).sum();
    }

    /** How many arrays there are. */
    public int size() {
        return order.size();
    }

    /** The arrays in {@code arrays} in the order of their registration. */
    public List<Object> inOrder(Collection<Object> arrays) {
        Map<Object, Boolean> wanted = new IdentityHashMap<>();
        arrays.forEach(array -> wanted.put(array, true));
        return order.stream().filter(wanted::containsKey).toList();
    }

    private Entry entry(Object array) {
        Entry entry = entries.get(array);
        if (entry == null) {
            throw new ConfigurationException(
                    "a step uses an array that is not registered: " + array.getClass().getSimpleName());
        }
        return entry;
    }
}
