using Microsoft.EntityFrameworkCore;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Jobs.Retention;

/// <summary>Answers to device messages and the nonces they were for: kept for a day, so that a repeated message gets the first answer (stack notes 3).</summary>
public sealed class ForgetDeviceAnswers(Database database, DomainClock clock, PurserSettings settings) : IJob
{
    public const string Name = "retention.device-answers";

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now.AddHours(-settings.Devices.AnswerHours);
        return RetentionSlices.DeleteAsync(
            database, db => db.DeviceAnswers.Where(row => row.At <= before).OrderBy(row => row.At), "answers", cancellation);
    }
}
