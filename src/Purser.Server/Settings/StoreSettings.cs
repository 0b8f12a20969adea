namespace Purser.Server.Settings;

/// <summary>Where the data lies.</summary>
public sealed record StoreSettings
{
    /// <summary>Empty: a SQLite file in the data directory. "Host=…": PostgreSQL.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Where the SQLite file, the master key and the demo credentials lie.</summary>
    public string DataDirectory { get; init; } = "data";

    public bool IsPostgres => ConnectionString.Length > 0;

    public string SqliteFile => Path.Combine(DataDirectory, "purser.db");
}
