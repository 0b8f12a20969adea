using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Devices.Detach;

/// <summary>A person takes a product instance out of detached mode: its silence is counted again, from now (PI-08, domain rules 7.9).</summary>
public sealed class ReattachDevice(WritePath writePath)
{
    public const string Name = "devices.reattach";

    public sealed record Input(long VirtualAccountId, long DeviceId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/{device:long}/reattach", async (long virtualAccount, long device, ReattachDevice reattach, HttpContext context) =>
        {
            var input = new Input(virtualAccount, device);
            return (await reattach.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.DeviceDetach)
        .WithSummary("Take a product instance out of detached mode")
        .Produces<Done>();

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (!command.Actor.May(Permission.DeviceDetach, accountId, input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not reattach product instances of this virtual account.");
        }

        return await writePath.RunAsync<Done>(
            command,
            async scope =>
            {
                if (await DetachChoice.LoadAsync(scope, accountId, input.VirtualAccountId, input.DeviceId) is not { } chosen)
                {
                    return DetachChoice.NotHere;
                }

                if (DetachRules.Reattach(chosen.Device) is { } problem)
                {
                    return Verdict.Refused(RefusalCode.Conflict, problem);
                }

                DetachedMode.Leave(chosen.Device, scope.Now);
                scope.Journal(accountId).Append(ProductInstanceEvents.Reattached(chosen.Device.DisplayName, chosen.VirtualAccount), DeviceRemoval.PlaceOf(chosen.Device));
                return Verdict.Done;
            },
            cancellation);
    }
}
