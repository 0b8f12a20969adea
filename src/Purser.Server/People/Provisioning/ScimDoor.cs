using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.Provisioning;

/// <summary>The provisioning interface: SCIM 2.0 for the programs of sign-in sources, each with a token that opens its own people and groups only.</summary>
public sealed class ScimDoor(Database database, FailureBrake brake, TimeProvider machine)
{
    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var scim = routes.MapGroup(Scim.Root).ExcludeFromDescription().WithMetadata(new RefusalForm(Scim.WriteRefusalAsync));
        scim.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var opened = await context.RequestServices.GetRequiredService<ScimDoor>().OpenAsync(context);
            if (opened.IsOk)
            {
                context.Features.Set(opened.Value);
                return await next(invocation);
            }

            await Scim.WriteRefusalAsync(context, opened.Refusal!);
            return Results.Empty;
        });
        ScimDocuments.Map(scim);
        ScimUserRoutes.Map(scim);
        ScimGroupRoutes.Map(scim);
        scim.MapFallback(async context => await Scim.WriteRefusalAsync(context, Verdict.Refused(RefusalCode.NotFound, $"There is nothing at {context.Request.Path}.")))
            .Requires(Permission.ProvisioningDoor);
    }

    public static SignInSource SourceOf(HttpContext context) => context.Features.Get<SignInSource>()!;

    private async Task<Verdict<SignInSource>> OpenAsync(HttpContext context)
    {
        var knocker = $"provisioning from {context.Connection.RemoteIpAddress}";
        if (!brake.IsFree(knocker))
        {
            return Verdict.Refused(RefusalCode.TooManyAttempts, "Too many wrong tokens from this address. Try again in a minute.");
        }

        var words = context.Request.Headers.Authorization.ToString().Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words is not [var scheme, { Length: > 0 } token] || !scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return Wrong();
        }

        var hash = SecretSource.HashOf(token);
        await using var db = database.Read();
        if (await db.SignInSources.FirstOrDefaultAsync(row => row.ProvisioningTokenHash == hash, context.RequestAborted) is not { IsEnabled: true } source)
        {
            brake.Count(knocker);
            return Wrong();
        }

        var now = machine.GetUtcNow();
        if (source.ProvisioningTokenUsedAt is not { } used || used + UsedEvery <= now)
        {
            await database.WriteAsync(
                write => write.SignInSources.Where(row => row.Id == source.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.ProvisioningTokenUsedAt, now)),
                context.RequestAborted);
        }

        return source;
    }

    private static Refusal Wrong() =>
        Verdict.Refused(RefusalCode.NotSignedIn, "Send the token that the operator made for this sign-in source: “Authorization: Bearer …”.");
}
