using Purser.Agent.State;

namespace Purser.Agent.Store;

/// <summary>Keeps a device's state, its only secrets. A file on a device, memory in a fleet of simulated ones.</summary>
public interface ITrustedStore
{
    DeviceState? Load();

    /// <summary>Returns when the state would survive a power cut.</summary>
    void Save(DeviceState state);
}

public sealed class MemoryTrustedStore(DeviceState? state = null) : ITrustedStore
{
    private DeviceState? state = state;

    public DeviceState? Load() => state;

    public void Save(DeviceState state) => this.state = state;
}
