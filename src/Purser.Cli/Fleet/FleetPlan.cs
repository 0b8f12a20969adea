namespace Purser.Cli.Fleet;

/// <summary>What is simulated. The same plan on an empty server takes the same course.</summary>
internal sealed record FleetPlan(int Devices, int Days, long Seed, TimeSpan Quantum, FleetFaults Faults)
{
    /// <summary>Messages that are under way at the same time.</summary>
    public int Concurrency { get; init; } = 64;
}
