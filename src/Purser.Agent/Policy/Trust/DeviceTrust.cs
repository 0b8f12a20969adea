using System.Xml.Linq;
using Purser.Agent.Policy.Show;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Wire;

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
        memory.Change(state => TrustRules.Ask(state, TrustKey.Make, memory.Now));
        return write(TrustRequestFile.Write(Units(memory.State).Select(udi => Request(memory.State, udi, memory.Now))));
    }

    /// <summary>The active unit first: the authority finds the product instance by it.</summary>
    private static IEnumerable<Udi> Units(DeviceState state) =>
        PolicyStatus.UnitsOf(state).OrderBy(static one => one.Role == HaRole.Active ? 0 : 1).Select(static one => one.Udi);

    private static XElement Request(DeviceState state, Udi udi, DateTimeOffset now)
    {
        var unit = TrustRules.Of(state, udi);
        using var key = TrustKey.Open(unit.Asked?.PrivateKey ?? unit.Installed!.PrivateKey);
        return new TrustRequest(udi, state.Device.SoftwareTag, key.ExportSubjectPublicKeyInfo(), now).Seal(key);
    }
}
