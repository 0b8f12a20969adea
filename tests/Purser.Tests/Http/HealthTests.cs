using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Http;

public sealed class HealthTests
{
    [Theory, Engines]
    public async Task A_started_installation_says_that_it_is_ready(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        Assert.Equal("ready", await installation.NewClient().GetStringAsync("/health/ready", TestContext.Current.CancellationToken));
    }
}
