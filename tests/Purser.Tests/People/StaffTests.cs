using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "SA-08")]
public sealed class StaffTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Somebody_who_can_sign_in_has_to_be_left_to_run_the_installation(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (here, away) = (await installation.People.OperatorAsync(), await installation.People.OperatorAsync());
        var support = await installation.People.OperatorAsync(OperatorRole.Support);
        await installation.Database.WriteAsync(
            db => db.Users.Where(row => row.Id == away.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsDisabled, true), Stop), Stop);
        var api = await installation.People.OperatorApiAsync();
        Assert.Equal("last-administrator", (await api.CallAsync(HttpMethod.Delete, $"/api/v1/operator/staff/{here.Id}")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"/api/v1/operator/staff/{away.Id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"/api/v1/operator/staff/{support.Id}")).Status);
        Assert.Equal("last-administrator", (await api.CallAsync(HttpMethod.Delete, $"/api/v1/operator/staff/{here.Id}")).Code);
    }
}
