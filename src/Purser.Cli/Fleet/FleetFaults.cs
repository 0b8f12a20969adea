namespace Purser.Cli.Fleet;

/// <summary>How often what goes wrong, per message.</summary>
internal sealed record FleetFaults(double LostRequest, double LostReply, double Duplicate, double Late)
{
    public static readonly FleetFaults None = new(0, 0, 0, 0);

    public static readonly FleetFaults Usual = new(LostRequest: 0.01, LostReply: 0.02, Duplicate: 0.02, Late: 0.01);
}
