using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Tests.Store;

public sealed class StoreLockTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("purser-lock-").FullName;

    [Fact]
    public void A_second_server_on_the_same_file_is_refused_until_the_first_has_ended()
    {
        var settings = new PurserSettings { Store = new StoreSettings { DataDirectory = directory } };
        using var second = new StoreLock(settings);
        using (var first = new StoreLock(settings))
        {
            first.Take();
            var refusal = Assert.Throws<StartRefusedException>(second.Take);
            Assert.Contains(directory, refusal.Message, StringComparison.Ordinal);
        }

        second.Take();
    }

    [Fact]
    public void On_PostgreSQL_any_number_of_servers_may_run()
    {
        var settings = new PurserSettings { Store = new StoreSettings { DataDirectory = directory, ConnectionString = "Host=somewhere" } };
        using var first = new StoreLock(settings);
        using var second = new StoreLock(settings);
        first.Take();
        second.Take();
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
