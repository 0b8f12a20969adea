using Purser.Agent.State;
using Purser.Agent.Store;

namespace Purser.Tests.Agent;

public sealed class FileTrustedStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("purser-store").FullName;

    private string File => Path.Combine(folder, "s.json");

    [Fact]
    public void A_state_comes_back_as_it_was_and_only_its_owner_can_read_it()
    {
        var state = AgentBench.NewDevice() with
        {
            Pending = new PendingMessage("REGISTRATION", "{\"é\":1}", "00", 2, AgentBench.Start, "t"),
            Entitlements = [new EntitlementUse { Requested = "x", Count = 2, RequestedAt = AgentBench.Start }],
        };
        new FileTrustedStore(File).Save(state);

        var back = new FileTrustedStore(File).Load()!;
        Assert.Equal(state.Pending, back.Pending);
        Assert.Equal(state.Device, back.Device);
        Assert.Equal(state.Entitlements, back.Entitlements);
        Assert.Equal(state.PrivateKey, back.PrivateKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }

        Assert.Equal([File], Directory.GetFiles(folder));
    }

    [Fact]
    public void Half_a_write_leaves_the_old_state()
    {
        var store = new FileTrustedStore(File);
        store.Save(AgentBench.NewDevice());
        System.IO.File.WriteAllText(File + ".new", "{\"format\":1,");
        Assert.NotNull(store.Load());
        store.Save(AgentBench.NewDevice());
        Assert.NotNull(store.Load());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{\"format\":2}")]
    [InlineData("{\"format\":1}")]
    public void What_is_no_store_of_this_format_is_refused_with_a_remedy(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var problem = Assert.Throws<TrustedStoreException>(() => new FileTrustedStore(File).Load());
        Assert.Contains(File, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_process_at_a_time()
    {
        var store = new FileTrustedStore(File);
        using (Assert.IsAssignableFrom<IDisposable>(store.TryLock()))
        {
            Assert.Null(store.TryLock());
        }

        using var again = store.TryLock();
        Assert.NotNull(again);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
