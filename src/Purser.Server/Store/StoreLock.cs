using System.Globalization;
using System.Text;
using Purser.Server.Settings;

namespace Purser.Server.Store;

/// <summary>
/// Keeps a second server off the same SQLite file: ids, journal heads and the write gate live in one process (stack notes 2). The lock is the
/// operating system's, so it ends with the process, however that ends. PostgreSQL serves any number of nodes and needs none.
/// </summary>
public sealed class StoreLock(PurserSettings settings) : IDisposable
{
    private FileStream? held;

    public void Take()
    {
        if (settings.Store.IsPostgres || held is not null)
        {
            return;
        }

        PrivateFile.MakeFolder(settings.Store.DataDirectory);
        var file = Path.Combine(settings.Store.DataDirectory, "purser.lock");
        try
        {
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault)
        {
            throw new StartRefusedException(
                $"Another server uses the data directory '{settings.Store.DataDirectory}' ({file} is locked). "
                + "Stop it, or start this one with another data directory, or move to PostgreSQL, which serves several servers.",
                fault);
        }

        // For people who look who holds it.
        held.SetLength(0);
        held.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        held.Flush();
    }

    public void Dispose() => held?.Dispose();
}
