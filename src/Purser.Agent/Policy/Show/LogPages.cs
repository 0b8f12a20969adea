using System.Globalization;
using Purser.Agent.Policy.Push;
using Purser.Agent.Show;

namespace Purser.Agent.Policy.Show;

/// <summary>"show license eventlog" and "show license history message" (device reference 5.10 and 5.11).</summary>
public static class LogPages
{
    private static readonly string Rule = new('=', 52);
    private static readonly string[] Messages = [PushNames.Trust, PushNames.Usage, PushNames.Poll, PushNames.Authorization, PushNames.Return, PushNames.TrustSync];
    private static readonly string[] Imports = [ImportJudge.PolicyType, "AUTH", ImportJudge.TrustType, ImportJudge.AcknowledgementType, "CONVERSION ACK", "ACCOUNT INFO"];

    /// <param name="since">Null: all that is kept.</param>
    public static string Events(PolicyState policy, DateTimeOffset? since)
    {
        var text = new ShowText().Line("**** Event Log ****").Line();
        var shown = policy.Events.Where(one => since is null || one.At >= since).ToList();
        foreach (var one in shown)
        {
            text.Line(string.Create(CultureInfo.InvariantCulture, $"{one.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC {one.Text}"));
        }

        return shown.Count == 0 ? text.Line(" No EventLog Found.").ToString() : text.ToString();
    }

    public static string History(PolicyState policy)
    {
        var text = new ShowText().Line().Line("Message History (oldest to newest):").Line(Rule);
        foreach (var message in Messages)
        {
            text.Line($"{message}:").Append(section => Past(section, policy.Push.Messages, message, "  No past history"));
        }

        text.Line().Line("Import Message History (oldest to newest):").Line(Rule);
        foreach (var (index, type) in Imports.Index())
        {
            text.Append(section => { if (index > 0) { section.Line(); } }).Line($"Import {type}:").Append(section => Past(section, policy.Imports, type, "  No past Import history"));
        }

        return text.ToString();
    }

    private static void Past(ShowText text, IEnumerable<ImportNote> notes, string type, string none)
    {
        var past = notes.Where(note => note.Type == type).ToList();
        foreach (var note in past)
        {
            text.Line($"  {ShowText.Date(note.At)}: {(note.Failure is null ? "SUCCESS" : $"FAILED: {note.Failure}")}");
        }

        if (past.Count == 0)
        {
            text.Line(none);
        }
    }
}
