using Purser.Server.Store;

namespace Purser.Server.Alerts.Syslog;

/// <summary>A message that waits for the syslog server. Written in the transaction that takes note of the alert's change.</summary>
public sealed class SyslogLine : IDirectoryRow
{
    public long Id { get; set; }
    public required string Text { get; set; }
}
