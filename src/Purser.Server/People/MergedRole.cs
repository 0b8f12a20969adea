using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>A role that the merger gave in the one account, or took in the other because its virtual account went and its holder did not.</summary>
public sealed class MergedRole : IDirectoryRow
{
    public long MergerId { get; set; }
    public long GrantId { get; set; }
    public bool IsGiven { get; set; }
    public long? PersonId { get; set; }
    public long? ClientId { get; set; }
    public long? GroupId { get; set; }
    public Role Role { get; set; }
    public long? VirtualAccountId { get; set; }
    public bool IncludesChildren { get; set; }
    public DateTimeOffset GrantedAt { get; set; }
    public required string GrantedBy { get; set; }
    public long? SourceId { get; set; }
}
