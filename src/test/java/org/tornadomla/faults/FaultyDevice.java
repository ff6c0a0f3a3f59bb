package org.tornadomla.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.bundled.device.Device;
import org.tornadomla.bundled.device.DeviceBuffer;
import org.tornadomla.bundled.device.DeviceDescription;
import org.tornadomla.bundled.device.DeviceSession;
import org.tornadomla.bundled.device.Engine;
import org.tornadomla.bundled.runtime.Engines;
import org.tornadomla.bundled.jvm.JvmEngine;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * The JVM as a device of an engine of its own, with faults that a test arms and lifts. Counts what is not given back.
 */
public final class FaultyDevice implements Device, Engine, AutoCloseable {

    private volatile long downloadedBytes;
    private final Device sound = new JvmEngine().devices().getFirst();
    private final Set<DeviceBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<DeviceSession> sessions = new ArrayList<>();
    private final TornadoDeviceType type;
    private final String deviceName;
    private Fault fault;
    private int count;
    private boolean happened;
    private boolean lost;
    private final List<String> graphs = new ArrayList<>();
    private boolean ownMemory;

    /** Registers the device as a CPU. */
    public FaultyDevice() {
        this(TornadoDeviceType.CPU);
    }

    /** Registers the device; as a GPU it is given the kernels for many cores. */
    public FaultyDevice(TornadoDeviceType type) {
        this(type, "faulty JVM");
    }

    /** Registers the device under a name of its own, where there are several. */
    FaultyDevice(TornadoDeviceType type, String deviceName) {
        this.type = type;
        this.deviceName = deviceName;
        Engines.add(this);
    }

    /** The device as the library sees it. */
    public Target target() {
        return Targets.all().stream().filter(target -> target.name().equals(description().name())).findFirst()
                .orElseThrow();
    }

    /** Makes a fault happen from now on, instead of any other. */
    public void arm(Fault next) {
        fault = next;
        count = 0;
        happened = false;
        lost = false;
    }

    /** Makes the device sound again. */
    public void lift() {
        arm(null);
    }

    /** From now on the device says that its memory is not the host's. */
    public void hasOwnMemory() {
        ownMemory = true;
    }

    /** Whether the armed fault has happened. */
    public boolean happened() {
        return happened;
    }

    /** Bytes came to the host. */
    void downloaded(long bytes) {
        downloadedBytes += bytes;
    }

    /** Bytes that came to the host since this was asked last. */
    long takeDownloadedBytes() {
        long taken = downloadedBytes;
        downloadedBytes = 0;
        return taken;
    }

    /** Another graph began to run. */
    void entered(String graph) {
        graphs.add(graph);
    }

    /** The graphs that ran since this was asked last, in order. */
    List<String> takeGraphs() {
        List<String> taken = List.copyOf(graphs);
        graphs.clear();
        return taken;
    }

    int liveBuffers() {
        return buffers.size();
    }

    int openSessions() {
        return sessions.size();
    }

    /**
     * Whether the armed fault is of a kind, concerns a kernel, and its turn has come; from its first time on it stays.
     */
    boolean strikes(Fault.Kind kind, String method) {
        if (fault == null || fault.kind() != kind || !fault.concerns(method) || count++ < fault.at()) {
            return false;
        }
        happened = true;
        lost |= kind == Fault.Kind.LOST;
        return true;
    }

    /** Holds that every buffer and session was given back. */
    public void requireNothingKept() {
        if (!buffers.isEmpty() || !sessions.isEmpty()) {
            throw new AssertionError(buffers.size() + " buffers and " + sessions.size() + " sessions were kept");
        }
    }

    /** Counts nothing more of what a hanging device kept: nobody may touch it. */
    void abandon() {
        buffers.clear();
        sessions.clear();
    }

    boolean isLost() {
        return lost;
    }

    void opened(DeviceBuffer buffer) {
        buffers.add(buffer);
    }

    void freed(DeviceBuffer buffer) {
        if (!buffers.remove(buffer)) {
            throw new AssertionError("a buffer is freed twice");
        }
    }

    void closed(DeviceSession session) {
        sessions.remove(session);
    }

    @Override
    public DeviceDescription description() {
        DeviceDescription d = sound.description();
        DeviceDescription.Memory m = d.memory();
        return new DeviceDescription(deviceName, d.platform(), name(), type,
                new DeviceDescription.Memory(m.global(), m.allocation(), m.local(), m.shared() && !ownMemory),
                d.groups(), d.arithmetic(), d.details());
    }

    @Override
    public DeviceSession open() {
        DeviceSession session = new FaultySession(this, sound.open());
        sessions.add(session);
        return session;
    }

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public List<? extends Device> devices() {
        return List.of(this);
    }

    @Override
    public String unavailableReason() {
        return "";
    }

    @Override
    public void close() {
        Engines.remove(this);
    }
}
