namespace Purser.Cli.Fleet;

/// <summary>Where devices of one kind live: what they are, what they may use, and how they get in.</summary>
/// <param name="Licenses">Names or tags that devices ask for.</param>
/// <param name="TokenAsync">A token that is valid now.</param>
internal sealed record DevicePlace(
    string Account, string VirtualAccount, string SoftwareTag, string Pid, string Address, IReadOnlyList<string> Licenses, Func<Task<string>> TokenAsync);
