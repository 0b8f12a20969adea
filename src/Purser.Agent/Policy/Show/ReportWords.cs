namespace Purser.Agent.Policy.Show;

/// <summary>What the show pages call the state of a report (device reference 4.4.1).</summary>
internal static class ReportWords
{
    public static string State(ReportRecord report) => report.Phase switch
    {
        ReportPhase.Open => "OPEN",
        ReportPhase.Closed => "CLOSED",
        ReportPhase.Unacknowledged => "UNACK",
        _ => "ACK",
    };
}
