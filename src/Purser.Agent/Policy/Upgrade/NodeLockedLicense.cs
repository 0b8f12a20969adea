namespace Purser.Agent.Policy.Upgrade;

/// <summary>A license of the older kind that was fulfilled onto this very device (PAK): it came with it through the upgrade and stays valid (device reference 4.6).</summary>
public sealed record NodeLockedLicense(string Tag, long Count);
