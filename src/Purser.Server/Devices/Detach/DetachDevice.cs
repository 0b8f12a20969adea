using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Devices.Detach;

/// <summary>A person puts a product instance in detached mode: until the end date its silence is not counted, its licenses stay in use (PI-08, domain rules 7.9).</summary>
public sealed class DetachDevice(WritePath writePath, PurserSettings settings)
{
    public const string Name = "devices.detach";

    public sealed record Input(long VirtualAccountId, long DeviceId, DateTimeOffset Until);

    public sealed record Answer(DateTimeOffset Since, DateTimeOffset Until);

    /// <summary>What the address leaves to the body.</summary>
    public sealed record Body(DateTimeOffset Until);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/{device:long}/detach", async (long virtualAccount, long device, Body body, DetachDevice detach, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device, body.Until);
            return (await detach.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.DeviceDetach)
        .WithSummary("Put a product instance in detached mode until a date")
        .WithDescription("Its silence is not counted until then, its licenses stay in use. The date can be the end of its identity certificate at the latest.")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (!command.Actor.May(Permission.DeviceDetach, command.Accounts[0], input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not detach product instances of this virtual account.");
        }

        return await writePath.RunAsync<Answer>(command, scope => DecideAsync(scope, command.Accounts[0], input), cancellation);
    }

    private async Task<Verdict<Answer>> DecideAsync(WriteScope scope, long accountId, Input input)
    {
        if (await DetachChoice.LoadAsync(scope, accountId, input.VirtualAccountId, input.DeviceId) is not { } chosen)
        {
            return DetachChoice.NotHere;
        }

        var until = DateTimeOffset.FromUnixTimeSeconds(input.Until.ToUnixTimeSeconds());
        if (DetachRules.Detach(chosen.Device, until, settings.Devices.DetachedDays, scope.Now) is { } problem)
        {
            return Verdict.Refused(chosen.Device.Mode == DeviceMode.Direct ? RefusalCode.InvalidInput : RefusalCode.Conflict, problem, "until");
        }

        DetachedMode.Enter(chosen.Device, until, scope.Now);
        await scope.Alerts(accountId).ClearAsync(AlertSubjects.Silence(chosen.Device.Id));
        scope.Journal(accountId).Append(ProductInstanceEvents.Detached(chosen.Device.DisplayName, chosen.VirtualAccount), DeviceRemoval.PlaceOf(chosen.Device));
        return new Answer(scope.Now, until);
    }
}

/// <summary>The one product instance that a command names, under the account's lock.</summary>
internal sealed record DetachChoice(Device Device, string VirtualAccount)
{
    public static Refusal NotHere => Verdict.Refused(RefusalCode.NotFound, "There is no such product instance in this virtual account. Look at the table again.");

    public static async Task<DetachChoice?> LoadAsync(WriteScope scope, long accountId, long virtualAccountId, long deviceId)
    {
        var device = await scope.Db.Devices.FirstOrDefaultAsync(
            row => row.AccountId == accountId && row.Id == deviceId && row.VirtualAccountId == virtualAccountId && row.State == DeviceState.Registered);
        return device is null ? null : new DetachChoice(device, await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId));
    }
}
