using System.Xml.Linq;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Trust;

namespace Purser.Agent.Policy.Trust;

/// <summary>The device makes a key and has the authority know it; from then on its usage reports prove whose they are (device reference 4.5).</summary>
public sealed class DeviceTrust
{
    private readonly AgentMemory memory;

    internal DeviceTrust(AgentMemory memory) => this.memory = memory;

    /// <summary>
    /// Gives the file that asks for a trust code for each unit; it is the caller's to keep it. A unit whose code does not end soon asks for the key that it has:
    /// the authority tells the same code again. The others ask for a new one, and sign with what they have until its code is imported.
    /// </summary>
    public Task SaveRequestAsync(Func<string, Task> write)
    {
        memory.Elapse();
        var units = TrustRules.Units(memory.State).ToList();
        memory.Change(state => TrustRules.Ask(state, units.Select(static udi => udi.Key), force: false, TrustKey.Make, memory.Now));
        return write(FileOf(memory.State, units, memory.Now));
    }

    /// <param name="units">That have a key.</param>
    internal static string FileOf(DeviceState state, IEnumerable<Udi> units, DateTimeOffset now) => TrustRequestFile.Write(units.Select(udi => Request(state, udi, now)));

    private static XElement Request(DeviceState state, Udi udi, DateTimeOffset now)
    {
        var unit = TrustRules.Of(state, udi);
        using var key = TrustKey.Open(unit.Asked?.PrivateKey ?? unit.Installed!.PrivateKey);
        return new TrustRequest(udi, state.Device.SoftwareTag, key.ExportSubjectPublicKeyInfo(), now).Seal(key);
    }
}
