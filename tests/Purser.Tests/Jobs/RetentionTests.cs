using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Jobs.Retention;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Jobs;

public sealed class RetentionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Answers_and_idempotency_keys_are_forgotten_after_a_day(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var start = TestInstallation.Start;
        await installation.Database.WriteAsync(
            db =>
            {
                for (byte hour = 0; hour < 3; hour++)
                {
                    db.DeviceAnswers.Add(new DeviceAnswer { NonceHash = [hour], RequestHash = [hour], Response = "", At = start.AddHours(hour) });
                    db.IdempotencyRecords.Add(new IdempotencyRecord { ActorKey = "Person:1", Key = $"{hour}", InputHash = [], Response = "", At = start.AddHours(hour) });
                }

                return Task.CompletedTask;
            },
            Stop);
        installation.Advance(TimeSpan.FromHours(25));
        Assert.Equal("2 answers forgotten", await installation.Get<ForgetDeviceAnswers>().RunAsync(Stop));
        Assert.Equal("2 keys forgotten", await installation.Get<ForgetIdempotencyKeys>().RunAsync(Stop));
        await using var db = installation.Database.Read();
        Assert.Equal([2], (await db.DeviceAnswers.SingleAsync(Stop)).NonceHash);
        Assert.Equal("2", (await db.IdempotencyRecords.SingleAsync(Stop)).Key);
    }
}
