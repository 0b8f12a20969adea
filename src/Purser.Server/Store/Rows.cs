namespace Purser.Server.Store;

/// <summary>A row that belongs to one Smart Account: its key starts with the account, and no query sees it from another (design 5).</summary>
public interface ITenantRow
{
    long AccountId { get; }
}

/// <summary>A narrow row that is looked up across accounts, or that belongs to the whole installation.</summary>
public interface IDirectoryRow;
